import assert from "node:assert/strict";
import { test } from "node:test";
import { parseForwards } from "./parse-forwards.ts";

/** As QEMU 7.2 prints it. */
const REPORT = [
  "Hub -1 (net0):",
  "  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ",
  "  TCP[ESTABLISHED]   25      127.0.0.1   41234  10.9.0.77      22     0     0",
  "  TCP[HOST_FORWARD]  23      127.64.0.5  2222       10.9.0.77    22     0     0",
  "  UDP[HOST_FORWARD]  24      127.64.0.5    53       10.9.0.77    53     0     0",
].join("\r\n");

test("finds the forwards among connections and headings", () => {
  assert.deepEqual(parseForwards(REPORT), [
    { protocol: "tcp", address: "127.64.0.5", port: 2222, guestPort: 22 },
    { protocol: "udp", address: "127.64.0.5", port: 53, guestPort: 53 },
  ]);
  assert.deepEqual(parseForwards(""), []);
});
