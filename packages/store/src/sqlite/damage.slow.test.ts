import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Problem, type Random, seededRandom } from "@signalbox/base";
import { GADGET, WIDGET } from "../conformance/harness.ts";
import type { Store } from "../store.ts";
import { openTestStore } from "../testing/open-test-store.ts";
import { tempDirectory } from "../testing/temp-directory.ts";

const SEED = 20_261_122;
const RUNS = 150;

type Damage = (file: Buffer, random: Random) => Buffer;

const DAMAGES: readonly Damage[] = [flipBits, flipBits, overwritePage, truncate];

describe("a damaged file", () => {
  it("is refused or shows exactly what was written, and never ends the process", async (test) => {
    const random = seededRandom(SEED);
    await using directory = await tempDirectory();
    const file = join(directory.path, "store.db");
    const truth = await fill(directory.path);
    const whole = readFileSync(file);
    let refused = 0;
    for (let run = 0; run < RUNS; run++) {
      const damage = DAMAGES[run % DAMAGES.length] as Damage;
      writeFileSync(file, damage(Buffer.from(whole), random));
      const found = await contentsOf(directory.path);
      if (found === undefined) refused += 1;
      else assert.deepEqual(found, truth, `run ${run}`);
    }
    test.diagnostic(`${refused} of ${RUNS} refused`);
    assert.ok(refused > RUNS / 2, "hardly any damage was found");
  });
});

/** What the store shows, its history included; `undefined` when it says that it is damaged. */
async function contentsOf(directory: string): Promise<unknown> {
  try {
    await using opened = await openTestStore(directory);
    return await readAll(opened.store);
  } catch (error) {
    assert.ok(Problem.is(error, "store_corrupt", "store_unavailable"), String(error));
    return undefined;
  }
}

async function readAll(store: Store): Promise<unknown> {
  const history: unknown[] = [];
  for await (const event of store.watch({ from: store.stats().compactedRevision })) {
    history.push(event);
    if (event.type === "bookmark") break;
  }
  return { widgets: store.list(WIDGET), gadgets: store.list(GADGET), history };
}

async function fill(directory: string): Promise<unknown> {
  await using opened = await openTestStore(directory);
  const { store } = opened;
  for (let n = 0; n < 60; n++) {
    await store.transact((tx) => {
      tx.create(WIDGET, `w-${n}`, { name: "name ".repeat(n * 10), color: "red" });
      tx.create(GADGET, `g-${n}`, { widgetId: `w-${n}`, count: n });
      if (n % 3 === 1) tx.update(WIDGET, `w-${n - 1}`, { name: "changed" });
      if (n % 5 === 4) tx.delete(GADGET, `g-${n - 2}`);
    });
  }
  await store.compact(20);
  return readAll(store);
}

function flipBits(file: Buffer, random: Random): Buffer {
  for (let flips = 1 + upTo(random, 3); flips > 0; flips--) {
    const at = upTo(random, file.length);
    file[at] = (file[at] ?? 0) ^ (1 << upTo(random, 8));
  }
  return file;
}

function overwritePage(file: Buffer, random: Random): Buffer {
  const start = upTo(random, file.length);
  random.bytes(Math.min(1 + upTo(random, 2000), file.length - start)).copy(file, start);
  return file;
}

function truncate(file: Buffer, random: Random): Buffer {
  return file.subarray(0, 1 + upTo(random, file.length - 1));
}

function upTo(random: Random, limit: number): number {
  return Math.floor(random.fraction() * limit);
}
