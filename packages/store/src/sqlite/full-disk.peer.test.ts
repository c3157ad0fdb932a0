import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Problem, VirtualClock } from "@signalbox/base";
import { WIDGET } from "../conformance/harness.ts";
import { openTestStore } from "../testing/open-test-store.ts";
import { tempDirectory } from "../testing/temp-directory.ts";
import { createResource, updateResource } from "../write-resource.ts";

const skip = skipUnlessRoot();
const KILOBYTE_VALUE = { name: "x".repeat(1000) };

describe("a full disk", { skip }, () => {
  it("rejects writes as a whole, keeps reads, and goes on once there is space", async () => {
    await using disk = await smallDisk();
    const { acknowledged } = await fillUp(disk.path);
    // A file that stands in the way takes the rest of the disk, then makes room.
    // A failed write counts against the store for a time, which must not pass here.
    await using opened = await openTestStore(disk.path, { clock: new VirtualClock() });
    const { store } = opened;
    assert.equal(store.list(WIDGET).items.length, acknowledged);
    const ballast = join(disk.path, "ballast");
    rmSync(ballast);
    await createResource(store, WIDGET, "after", { name: "there is space again" });

    takeTheRest(ballast);
    const before = store.revision;
    await assert.rejects(writeUntilFull(store), isFull);
    const afterFailure = store.revision;
    await assert.rejects(store.check(), isFull);
    assert.equal(store.list(WIDGET).items.length, acknowledged + 1 + (afterFailure - before));
    rmSync(ballast);
    await updateResource(store, WIDGET, "after", { name: "and again" });
    assert.equal(store.get(WIDGET, "after")?.revision, afterFailure + 1);
    await store.check();
  });

  it("is one clear error when the store is opened on it", async () => {
    await using disk = await smallDisk();
    takeTheRest(join(disk.path, "ballast"));
    await assert.rejects(openTestStore(disk.path), isFull);
  });
});

type TestStore = Awaited<ReturnType<typeof openTestStore>>["store"];

/** Writes until the disk is full; everything acknowledged is counted. */
async function fillUp(directory: string): Promise<{ acknowledged: number }> {
  writeFileSync(join(directory, "ballast"), Buffer.alloc(512 * 1024));
  await using opened = await openTestStore(directory);
  await assert.rejects(writeUntilFull(opened.store), isFull);
  return { acknowledged: opened.store.list(WIDGET).items.length };
}

async function writeUntilFull(store: TestStore): Promise<never> {
  for (let n = 0; ; n++) {
    const id = `w-${store.revision}-${n}`;
    await createResource(store, WIDGET, id, KILOBYTE_VALUE);
  }
}

function isFull(error: unknown): boolean {
  assert.ok(Problem.is(error, "store_full"), String(error));
  assert.match(error.message, /free some space/);
  return true;
}

function takeTheRest(file: string): void {
  try {
    writeFileSync(file, Buffer.alloc(8 * 1024 * 1024));
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, "ENOSPC");
  }
}

interface Disk extends AsyncDisposable {
  readonly path: string;
}

async function smallDisk(): Promise<Disk> {
  const directory = await tempDirectory();
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=3m,mode=0700", "tmpfs", directory.path]);
  return {
    path: directory.path,
    [Symbol.asyncDispose]: async () => {
      execFileSync("umount", [directory.path]);
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** A file system of a chosen size takes root. */
function skipUnlessRoot(): string | false {
  if (process.getuid?.() === 0) return false;
  const reason = "peer missing: root, to mount a small disk";
  if (process.env["REQUIRE_PEERS"] === "1") throw new Error(reason);
  return reason;
}
