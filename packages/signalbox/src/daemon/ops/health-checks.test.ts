import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "@signalbox/base";
import { HealthRegistry } from "@signalbox/ops";
import type { DiskSpace } from "./disk-space.ts";
import { diskChecks, providerCheck } from "./health-checks.ts";

const MIB = 2 ** 20;

async function report(space: DiskSpace | undefined): Promise<readonly (string | undefined)[]> {
  const health = new HealthRegistry(new VirtualClock());
  for (const check of diskChecks("/data", 64 * MIB, () => space)) health.register(check);
  const { status, checks } = await health.probe("ready");
  return [status, checks.get("disk")?.error, checks.get("disk-low")?.error];
}

test("a disk warns while room runs out, and fails before writes do", async () => {
  const disk = { totalBytes: 1e12, freeFiles: 1e6 };
  assert.deepEqual(await report({ ...disk, freeBytes: 512 * MIB }), [
    "healthy",
    undefined,
    undefined,
  ]);
  const low = "511 MiB are free where /data is, less than 512 MiB: free some space";
  assert.deepEqual(await report({ ...disk, freeBytes: 512 * MIB - 1 }), [
    "degraded",
    undefined,
    low,
  ]);
  const [status, full] = await report({ ...disk, freeBytes: 64 * MIB - 1 });
  assert.equal(status, "unhealthy");
  assert.equal(full, "63 MiB are free where /data is, less than 64 MiB: free some space");
  const [, files] = await report({ ...disk, freeBytes: 1e12, freeFiles: 3 });
  assert.equal(files, "only 3 more files can be made where /data is: remove some");
});

test("a file system that does not tell is not complained of", async () => {
  assert.deepEqual(await report(undefined), ["healthy", undefined, undefined]);
  const free = { totalBytes: 1e12, freeBytes: 1e12, freeFiles: undefined };
  assert.deepEqual(await report(free), ["healthy", undefined, undefined]);
});

test("a provider says itself what is wrong", async () => {
  let usable = true;
  const health = new HealthRegistry(new VirtualClock());
  const message = "qemu-img is not installed";
  health.register(providerCheck("north", { health: () => ({ usable, message }) }));
  assert.equal((await health.probe("ready")).status, "healthy");
  usable = false;
  assert.equal((await health.probeOne("ready", "provider:north"))?.error, message);
});
