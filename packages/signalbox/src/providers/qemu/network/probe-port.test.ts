import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { test } from "node:test";
import { findPortObstacle } from "./probe-port.ts";

const ADDRESS = "127.64.9.1";
const PRIVILEGED_PORT = 80;
const NOBODY = 65_534;

test("a TCP port on which another program listens is taken", async (t) => {
  const server = createServer();
  t.after(() => void server.close());
  server.listen(0, ADDRESS);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  assert.equal(await findPortObstacle({ protocol: "tcp", address: ADDRESS, port }), "taken");
  assert.equal(await findPortObstacle({ protocol: "udp", address: ADDRESS, port }), "unknown");
});

test("a UDP port on which another program listens is taken", async (t) => {
  const socket = createSocket("udp4");
  t.after(() => void socket.close());
  socket.bind(0, ADDRESS);
  await once(socket, "listening");
  const { port } = socket.address();
  assert.equal(await findPortObstacle({ protocol: "udp", address: ADDRESS, port }), "taken");
});

test("an address that the host does not have is said", async () => {
  // TEST-NET-1 (RFC 5737).
  for (const protocol of ["tcp", "udp"] as const) {
    const obstacle = await findPortObstacle({ protocol, address: "192.0.2.1", port: 8080 });
    assert.equal(obstacle, "no_such_address");
  }
});

test("a privileged port without the privilege is said", { skip: everyPortIsFree() }, async () => {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    for (const protocol of ["tcp", "udp"] as const) {
      const forward = { protocol, address: ADDRESS, port: PRIVILEGED_PORT };
      assert.equal(await findPortObstacle(forward), "privileged");
    }
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
});

/** Containers are often set up so that no port is privileged. */
function everyPortIsFree(): string | false {
  const text = readFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start", "utf8");
  return Number(text) <= PRIVILEGED_PORT ? "this host has no privileged ports" : false;
}
