import assert from "node:assert/strict";
import { hostname, networkInterfaces } from "node:os";
import { test } from "node:test";
import { fromBinary } from "@bufbuild/protobuf";
import { seededRandom, VirtualClock } from "@signalbox/base";
import { AddressEventSchema } from "#gen/machine/events_pb.js";
import { createXidSource } from "../../node-api/xid.ts";
import { type MachineAddresses, watchAddresses } from "./address-watch.ts";
import { EventLog } from "./event-log.ts";
import { machineAddresses } from "./machine-addresses.ts";

test("addresses are told at first, and when they change", async () => {
  const clock = new VirtualClock();
  const events = new EventLog(createXidSource({ clock, random: seededRandom(1) }));
  let now: MachineAddresses = { hostname: "a", addresses: [] };
  const over = new AbortController();
  const watching = watchAddresses({ clock, events, read: () => now }, over.signal);
  const told = (position: number): unknown => {
    const { data } = events.ring.at(position) ?? assert.fail("nothing was told");
    assert.equal(data.typeUrl, "talos/runtime/machine.AddressEvent");
    const { hostname, addresses } = fromBinary(AddressEventSchema, data.value);
    return { hostname, addresses };
  };
  assert.deepEqual(told(0), now);
  await clock.advance(60_000);
  assert.equal(events.ring.end, 1);
  now = { hostname: "a", addresses: ["10.0.0.4", "fd00::4"] };
  await clock.advance(10_000);
  assert.deepEqual(told(1), now);
  assert.equal(events.ring.end, 2);
  over.abort();
  await watching;
  assert.equal(clock.pending, 0);
});

test("those of this machine, without the loopback's", () => {
  const machine = machineAddresses();
  assert.equal(machine.hostname, hostname());
  assert.ok(!machine.addresses.includes("127.0.0.1") && !machine.addresses.includes("::1"));
  const all = Object.values(networkInterfaces()).flat();
  assert.ok(machine.addresses.every((address) => all.some((other) => other?.address === address)));
});
