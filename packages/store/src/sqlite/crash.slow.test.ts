import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { type Random, seededRandom, systemClock, systemRandom } from "@signalbox/base";
import { GADGET, WIDGET } from "../conformance/harness.ts";
import type { Change, Store } from "../store.ts";
import { openTestStore } from "../testing/open-test-store.ts";
import { tempDirectory } from "../testing/temp-directory.ts";

const KILLS = 60;
/** A writer that is held up by others gets to write some lines all the same. */
const MOST_LINES = 10;
/** On top of them: some hundred transactions, and compactions. */
const LONGEST_LIFE_MS = 100;
const WRITER = fileURLToPath(new URL("../testing/crash-writer.ts", import.meta.url));
const NODE_FLAGS = ["--conditions=source", "--disable-warning=ExperimentalWarning"];

interface Acknowledged {
  readonly writer: string;
  readonly number: number;
  readonly revision: number;
}

describe("a store whose process is killed", () => {
  it(`has every acknowledged write after each of ${KILLS} kills, and no half ones`, async (test) => {
    const seed = Math.floor(systemRandom.fraction() * 2 ** 32);
    test.diagnostic(`seed ${seed}`);
    const random = seededRandom(seed);
    await using directory = await tempDirectory();
    let writes = 0;
    for (let kill = 1; kill <= KILLS; kill++) {
      const acknowledged = await writeUntilKilled(directory.path, random);
      writes += acknowledged.length;
      await using opened = await openTestStore(directory.path);
      await assertKept(opened.store, acknowledged, `seed ${seed}, kill ${kill}`);
    }
    test.diagnostic(`${writes} acknowledged writes`);
    assert.ok(writes > KILLS, "hardly anything was written");
  });
});

/**
 * Starts the writer and kills it at a random instant: in one of five runs while it opens the store,
 * else while it writes.
 */
async function writeUntilKilled(directory: string, random: Random): Promise<Acknowledged[]> {
  const writer = spawn(process.execPath, [...NODE_FLAGS, WRITER, directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(writer, "close");
  let output = "";
  const isWriting = random.fraction() >= 0.2;
  // The first line says that the store is being opened, the second that it is open.
  const lines = isWriting ? 2 + Math.floor(random.fraction() * MOST_LINES) : 1;
  const isFarEnough = new Promise<void>((resolve) => {
    writer.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (output.split("\n").length > lines) resolve();
    });
  });
  await Promise.race([isFarEnough, closed.then(() => assert.fail("the writer ended by itself"))]);
  // The instant is what the test is about; nothing is waited for here.
  await systemClock.sleep(random.fraction() * LONGEST_LIFE_MS);
  writer.kill("SIGKILL");
  await closed;
  // A kill in the middle of a line leaves a part of it, which acknowledges nothing.
  return output.split("\n").slice(0, -1).flatMap(parseLine);
}

function parseLine(line: string): Acknowledged[] {
  if (line === "opening" || line === "ready") return [];
  const [writer = "", number, revision] = line.split(" ");
  return [{ writer, number: Number(number), revision: Number(revision) }];
}

async function assertKept(
  store: Store,
  acknowledged: readonly Acknowledged[],
  run: string,
): Promise<void> {
  for (const { writer, number, revision } of acknowledged) {
    const widget = store.get(WIDGET, writer);
    assert.ok(widget !== undefined, `${run}: ${writer} is gone`);
    assert.ok((widget.value.count ?? 0) >= number, `${run}: write ${number} of ${writer} is lost`);
    assert.ok(store.revision >= revision, `${run}: revision ${revision} is lost`);
  }
  for (const { id, value, revision } of store.list(WIDGET).items) {
    const gadget = store.get(GADGET, id);
    assert.equal(gadget?.value.count, value.count, `${run}: half of a write to ${id}`);
    assert.equal(gadget?.revision, revision, `${run}: half of a write to ${id}`);
    assert.equal(value.name.length, ((value.count ?? 0) * 37) % 3000, `${run}: ${id} is torn`);
  }
  await assertHistory(store, acknowledged, run);
}

/** The history that is left has whole commits in order, each acknowledged one at its revision. */
async function assertHistory(
  store: Store,
  acknowledged: readonly Acknowledged[],
  run: string,
): Promise<void> {
  const kept = new Map<number, readonly Change[]>();
  const { compactedRevision } = store.stats();
  let last = compactedRevision;
  for await (const event of store.watch({ from: compactedRevision })) {
    if (event.type === "bookmark") break;
    assert.equal(event.revision, last + 1, `${run}: a gap in the history`);
    last = event.revision;
    kept.set(event.revision, event.changes);
  }
  assert.equal(last, store.revision, run);
  for (const { writer, number, revision } of acknowledged) {
    if (revision <= compactedRevision) continue;
    const written = kept.get(revision)?.map((change) => {
      assert.ok(change.type !== "deleted");
      const { kind, id, value } = change.resource;
      return `${kind} ${id} ${(value as { count: number }).count}`;
    });
    assert.deepEqual(written, [`widget ${writer} ${number}`, `gadget ${writer} ${number}`], run);
  }
}
