import assert from "node:assert/strict";
import { test } from "node:test";
import { AccessLog } from "./access-log.ts";
import { accessLine, type AccessFacts } from "./access-line.ts";
import { Metadata } from "@signalbox/grpc";

test("lines go out in order, those that came meanwhile together", async () => {
  const written: string[] = [];
  const gates: (() => void)[] = [];
  const log = new AccessLog({
    write: (text) => {
      written.push(text);
      return new Promise<void>((resolve) => gates.push(resolve));
    },
    onDropped: () => assert.fail(),
  });
  log.add("one");
  log.add("two");
  log.add("three");
  assert.deepEqual(written, ["one\n"]);
  gates[0]?.();
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual(written, ["one\n", "two\nthree\n"]);
  gates[1]?.();
  await log.flushed();
});

test("what nobody takes is dropped, and nobody waits for it", async () => {
  let dropped = 0;
  const { promise: stuck, resolve: release } = Promise.withResolvers<void>();
  const written: string[] = [];
  const log = new AccessLog({
    write: (text) => {
      written.push(text);
      return stuck;
    },
    onDropped: () => dropped++,
    maxWaiting: 100,
  });
  for (let line = 0; line < 50; line++) log.add("0123456789");
  assert.deepEqual([written.length, dropped], [1, 40]);
  release();
  await log.flushed();
  assert.equal(written.join(""), "0123456789\n".repeat(10));
  log.add("again");
  await log.flushed();
  assert.equal(written.at(-1), "again\n");
});

test("a sink that fails costs its lines alone", async () => {
  let dropped = 0;
  let isBroken = true;
  const written: string[] = [];
  const log = new AccessLog({
    write: (text) => {
      if (isBroken) return Promise.reject(new Error("EPIPE"));
      written.push(text);
      return Promise.resolve();
    },
    onDropped: () => dropped++,
  });
  log.add("lost");
  await log.flushed();
  isBroken = false;
  log.add("kept");
  await log.flushed();
  assert.deepEqual([written, dropped], [["kept\n"], 1]);
});

const facts: AccessFacts = {
  path: "/machine.MachineService/Version",
  status: { code: 0, message: "" },
  durationMs: 1.25,
  metadata: Metadata.empty,
  peer: "127.0.0.1:4000",
  caller: "ann",
  roles: ["os:reader"],
  nodes: 1,
};

test("a line tells status, method, time, roles and metadata, secrets hidden (node-api §3.3)", () => {
  const metadata = Metadata.of([
    ["z", "1"],
    ["nodes", "a"],
    ["nodes", "b"],
    ["token", "t"],
    ["peer", "forged"],
  ]);
  assert.equal(
    accessLine({ ...facts, metadata, status: { code: 7, message: "not\nauthorized" } }),
    "PermissionDenied [/machine.MachineService/Version] 1.250ms stream not authorized " +
      "{by ann; roles os:reader; nodes 1} (nodes=a,b;peer=127.0.0.1:4000;token=<hidden>;z=1)",
  );
});

test("a line is one line, and no longer than it must be", () => {
  const metadata = Metadata.of([["x", "y".repeat(10_000)]]);
  const status = { code: 2, message: "\u0000\r\n".repeat(5_000) } as const;
  const line = accessLine({ ...facts, metadata, status, roles: ["a\nb"], caller: undefined });
  assert.doesNotMatch(line, /\p{Cc}/u);
  assert.ok(line.length < 3_000);
});
