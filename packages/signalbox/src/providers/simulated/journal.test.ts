import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import * as fc from "fast-check";
import { createFileJournal, type Journal } from "./journal.ts";
import { type JournalRecord, parseJournalLine } from "./journal-record.ts";

const image = (key: string, hosts: readonly string[] = []): JournalRecord => ({
  kind: "image",
  key,
  value: { digest: `sha256:${key}`, virtualBytes: 1, disk: { imageId: key, hosts: [...hosts] } },
});

const gone = (key: string): JournalRecord => ({ kind: "image", key });

interface Place {
  readonly path: string;
  readonly badLines: number[];
  /** A journal over the place; closed when the test ends. */
  readonly journal: () => Journal;
}

async function createPlace(t: TestContext): Promise<Place> {
  const directory = join(await mkdtemp(join(tmpdir(), "signalbox-journal-")), "provider");
  const badLines: number[] = [];
  const journals: Journal[] = [];
  t.after(async () => {
    for (const journal of journals) await journal.close();
    await rm(join(directory, ".."), { recursive: true });
  });
  return {
    path: join(directory, "machines.jsonl"),
    badLines,
    journal: () => {
      const onBadLine = (line: number): void => void badLines.push(line);
      const journal = createFileJournal({ directory, onBadLine });
      journals.push(journal);
      return journal;
    },
  };
}

const NOTHING = (): Iterable<JournalRecord> => [];

describe("the journal of the simulated provider", () => {
  it("answers the last word on each thing that is there", async (t) => {
    const { journal } = await createPlace(t);
    const first = journal();
    assert.deepEqual(await first.open(NOTHING), []);
    for (const record of [image("a"), image("b"), image("a", ["x"]), image("c"), gone("b")]) {
      first.append(record);
    }
    await first.close();
    assert.deepEqual(await journal().open(NOTHING), [image("a", ["x"]), image("c")]);
  });

  it("keeps what was flushed when nobody closes it", async (t) => {
    const { journal } = await createPlace(t);
    const first = journal();
    await first.open(NOTHING);
    first.append(image("a"));
    await first.flush();
    assert.deepEqual(await journal().open(NOTHING), [image("a")]);
  });

  it("writes for everybody who flushes at once", async (t) => {
    const { journal, path } = await createPlace(t);
    const first = journal();
    await first.open(NOTHING);
    const flushed = Array.from({ length: 500 }, async (_, i) => {
      first.append(image(`i${i}`));
      await first.flush();
      return (await readFile(path, "utf8")).includes(`"i${i}"`);
    });
    assert.ok((await Promise.all(flushed)).every(Boolean));
  });

  it("leaves out a line that was torn, and says which", async (t) => {
    const { journal, path, badLines } = await createPlace(t);
    const first = journal();
    await first.open(NOTHING);
    first.append(image("a"));
    first.append(image("b"));
    await first.close();
    const text = await readFile(path, "utf8");
    await writeFile(path, text.slice(0, -10));
    assert.deepEqual(await journal().open(NOTHING), [image("a")]);
    assert.deepEqual(badLines, [2]);
  });

  it("is written anew when most of it is out of date", async (t) => {
    const { journal, path } = await createPlace(t);
    const first = journal();
    let last = image("a");
    await first.open(() => [last]);
    for (let i = 0; i < 5_000; i++) {
      last = image("a", [`host-${i}`]);
      first.append(last);
      if (i % 50 === 0) await first.flush();
    }
    await first.close();
    const lines = (await readFile(path, "utf8")).split("\n").length;
    assert.ok(lines < 2_000, `${lines} lines for one image`);
    assert.deepEqual(await journal().open(NOTHING), [last]);
  });

  it("keeps its directory and file to itself", async (t) => {
    const { journal, path } = await createPlace(t);
    await journal().open(NOTHING);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.equal((await stat(join(path, ".."))).mode & 0o777, 0o700);
  });

  it("refuses to be written once it is closed", async (t) => {
    const { journal } = await createPlace(t);
    const first = journal();
    await first.open(NOTHING);
    await first.close();
    first.append(image("a"));
    await assert.rejects(first.flush(), /cannot be written/);
  });

  it("reads any bytes without throwing", async (t) => {
    const valid = JSON.stringify(image("a"));
    const mangled = fc
      .tuple(fc.nat(valid.length), fc.nat(8), fc.string())
      .map(([at, drop, put]) => valid.slice(0, at) + put + valid.slice(at + drop));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), mangled), (line) => {
        const parsed = parseJournalLine(line);
        if (parsed.ok) assert.ok(["machine", "image"].includes(parsed.value.kind));
        else assert.notEqual(parsed.error, "");
      }),
      { seed: 20260301, numRuns: 2_000 },
    );
    const { journal, path } = await createPlace(t);
    await journal().open(NOTHING);
    await writeFile(path, Buffer.from([0xff, 0x00, 0x0a, 0xc3, 0x28, 0x0a, 0x7b, 0x7d]));
    assert.deepEqual(await journal().open(NOTHING), []);
  });
});
