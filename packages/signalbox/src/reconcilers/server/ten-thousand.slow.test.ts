import assert from "node:assert/strict";
import { it } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { systemClock } from "@signalbox/base";
import { findCondition } from "../../model/condition.ts";
import { IMAGE, NETWORK, SERVER } from "../../model/kinds.ts";
import type { Server } from "../../model/server.ts";
import { image, network, server, START } from "../testing/fixtures.ts";
import { startRig } from "../testing/rig.ts";

const COUNT = 10_000;
/** Stored server, machine, controller key and index entries together; generous. */
const HEAP_LIMIT_BYTES_EACH = 16 * 1024;

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

function idOf(index: number): string {
  return `aaaaaaaa-0000-4000-8000-${String(index).padStart(12, "0")}`;
}

it("brings up, leaves alone and removes 10,000 servers", { timeout: 500_000 }, async (t) => {
  const rig = await startRig(t);
  await rig.put(NETWORK, network());
  await rig.put(IMAGE, image());
  const ids = Array.from({ length: COUNT }, (_, index) => idOf(index));
  const all = (): readonly Server[] => rig.store.list(SERVER).items.map(({ value }) => value);
  const emptyBytes = heapBytes();

  const beganMs = systemClock.monotonic();
  await rig.store.transact((tx) => {
    for (const id of ids) tx.create(SERVER, id, server(id));
  });
  await rig.until("all run", () => all().every(({ status }) => status.powerState === "Running"));
  const tookMs = systemClock.monotonic() - beganMs;
  t.diagnostic(`${COUNT} servers run after ${Math.round(tookMs)} ms`);

  assert.equal(all().length, COUNT);
  assert.equal(new Set(all().map(({ status }) => status.privateIP)).size, COUNT);
  assert.equal(new Set(all().map(({ status }) => status.macAddress)).size, COUNT);
  for (const { metadata } of all()) {
    assert.equal(findCondition(metadata.conditions, "Available")?.reason, "Provisioned");
  }
  const eachBytes = (heapBytes() - emptyBytes) / COUNT;
  t.diagnostic(`${Math.round(eachBytes)} bytes of heap a server`);
  assert.ok(eachBytes < HEAP_LIMIT_BYTES_EACH, `${eachBytes} bytes a server`);

  // Two resyncs and every poll that was still due: nothing has changed, so nothing is written.
  const { revision } = rig.store.list(SERVER);
  await rig.clock.advance(90_000);
  assert.equal(rig.store.list(SERVER).revision, revision);

  await rig.store.transact((tx) => {
    for (const { metadata, ...rest } of all()) {
      tx.update(SERVER, metadata.id, { ...rest, metadata: { ...metadata, deletedAt: START } });
    }
  });
  await rig.until("all are gone", () => all().length === 0);
  assert.deepEqual(await rig.provider.listServers({ signal: t.signal }), []);
});
