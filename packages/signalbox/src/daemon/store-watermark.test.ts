import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Problem, silentLog, VirtualClock } from "@signalbox/base";
import { openStoreWatermark } from "./store-watermark.ts";

describe("openStoreWatermark", () => {
  let directory: string;
  let path: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "watermark-"));
    path = join(directory, "store.revision");
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const open = (store: { revision: number }, clock = new VirtualClock()) =>
    openStoreWatermark(path, { store, clock, log: silentLog });

  test("a store that has gone back is refused, and says what to do", async () => {
    await open({ revision: 340 }).close();
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.throws(
      () => open({ revision: 339 }),
      (error) => Problem.is(error, "store_corrupt") && error.message.includes(`remove ${path}`),
    );
    await open({ revision: 340 }).close();
    rmSync(path);
    await open({ revision: 3 }).close();
    assert.equal(readFileSync(path, "utf8"), "3\n");
  });

  test("the mark follows the store while the daemon runs", async () => {
    const clock = new VirtualClock();
    const store = { revision: 1 };
    const watermark = open(store, clock);
    store.revision = 7;
    await clock.advance(5000);
    store.revision = 9;
    await watermark.close();
    assert.equal(readFileSync(path, "utf8"), "9\n");
    assert.deepEqual(readdirSync(directory), ["store.revision"]);
    assert.equal(clock.pending, 0);
  });

  test("what a killed daemon noted last still guards", async () => {
    const clock = new VirtualClock();
    const watermark = open({ revision: 50 }, clock);
    await clock.advance(5000);
    // Files are written beside the clock's time.
    while (!readdirSync(directory).includes("store.revision")) await clock.advance(5000);
    assert.throws(
      () => open({ revision: 0 }),
      (error) => Problem.is(error, "store_corrupt"),
    );
    await watermark.close();
  });

  test("a mark that cannot be read guards nothing and hinders nobody", async () => {
    for (const text of ["", "x\n", "-1\n", "1e9\n", "9".repeat(40)]) {
      writeFileSync(path, text);
      await open({ revision: 1 }).close();
      assert.equal(readFileSync(path, "utf8"), "1\n");
    }
  });
});
