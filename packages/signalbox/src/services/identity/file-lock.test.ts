import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Problem, systemClock, VirtualClock } from "@signalbox/base";
import { withFileLock } from "./file-lock.ts";

describe("withFileLock", () => {
  let directory: string;
  let path: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "lock-"));
    path = join(directory, "lock");
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  /** A process that has the lock until it is killed. */
  async function startHolder(): Promise<{ kill(): Promise<void> }> {
    const program = `
    import { systemClock } from "@signalbox/base";
    import { withFileLock } from ${JSON.stringify(import.meta.resolve("./file-lock.ts"))};
    await withFileLock(${JSON.stringify(path)}, systemClock, () => {
      process.stdout.write("held");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`;
    const flags = ["--conditions=source", "--disable-warning=ExperimentalWarning"];
    const holder = spawn(process.execPath, [...flags, "--input-type=module", "-e", program], {
      cwd: import.meta.dirname,
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(holder.stdout, "data");
    return {
      kill: async () => {
        const ended = once(holder, "close");
        holder.kill("SIGKILL");
        await ended;
      },
    };
  }

  test("two processes never have it both, and the lock of a killed one is free at once", async () => {
    const holder = await startHolder();
    const clock = new VirtualClock();
    const refused = assert.rejects(
      withFileLock(path, clock, () => assert.fail("both have it")),
      (error) => Problem.is(error, "store_locked"),
    );
    // The import of node:sqlite comes first, beside the clock's time.
    while (clock.pending === 0) await new Promise(setImmediate);
    await clock.advance(6000);
    await refused;
    await holder.kill();
    assert.deepEqual(readdirSync(directory), ["lock"]);
    assert.equal(await withFileLock(path, new VirtualClock(), () => "mine"), "mine");
  });

  test("whatever an earlier crash or version left in the file, it can be locked", async () => {
    for (const text of ["", "1\n", "99999999\n", "x".repeat(5000)]) {
      writeFileSync(path, text);
      assert.equal(await withFileLock(path, systemClock, () => "mine"), "mine");
      assert.equal(statSync(path).size, 0);
    }
  });

  test("it is its owner's alone, and free again after work that throws", async () => {
    const work = withFileLock(path, systemClock, () => {
      throw new Error("broken");
    });
    await assert.rejects(work, /broken/);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(await withFileLock(path, new VirtualClock(), () => "mine"), "mine");
  });

  test("where no lock can be made, a problem says so", async () => {
    mkdirSync(path);
    await assert.rejects(
      withFileLock(path, systemClock, () => assert.fail("not locked")),
      (error) => Problem.is(error, "store_unavailable"),
    );
  });
});
