import assert from "node:assert/strict";
import { test } from "node:test";
import { anyText } from "@signalbox/testing";
import fc from "fast-check";
import { readAccounts } from "./accounts.ts";
import { parseSqliteLocks } from "./lock-holders.ts";
import { parseListeningSockets } from "./socket-owners.ts";

test("locks: those of SQLite alone, with their process", () => {
  const text = [
    "1: POSIX  ADVISORY  WRITE 16861 fe:00:10281350 1073741824 1073742335",
    "2: POSIX  ADVISORY  READ 9 08:01:77 0 EOF",
    "3: FLOCK  ADVISORY  WRITE 10 08:01:78 1073741826 1073742335",
    "4: POSIX  ADVISORY  READ 11 08:01:79 1073741826 1073742335",
    "",
  ].join("\n");
  assert.deepEqual(parseSqliteLocks(text), [
    { pid: 16_861, inode: 10_281_350 },
    { pid: 11, inode: 79 },
  ]);
});

test("sockets: those that listen, with their port and user", () => {
  const text = [
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
    "   0: 0100007F:17C0 00000000:0000 0A 00000000:00000000 00:00000000 00000000  990        0 4711 1 0000000000000000 100 0 0 10 0",
    "   1: 0100007F:17C0 0100007F:C001 01 00000000:00000000 00:00000000 00000000  990        0 4712 1 0000000000000000 20 4 30 10 -1",
    "   2: 00000000000000000000000000000000:46A0 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0",
  ].join("\n");
  assert.deepEqual(parseListeningSockets(text), [
    { port: 6080, uid: 990, inode: "4711" },
    { port: 18_080, uid: 0, inode: "4713" },
  ]);
});

test("users: the first name of a number; none for one that is not there", () => {
  const nameAccount = readAccounts("root:x:0:0::/root:/bin/sh\ntoor:x:0:0:::\nbroken\n\n");
  assert.deepEqual(nameAccount(0), { uid: 0, name: "root" });
  assert.deepEqual(nameAccount(7), { uid: 7, name: undefined });
});

test("no text of the system makes them throw", () => {
  fc.assert(
    fc.property(anyText({ maxLength: 200 }), (text) => {
      parseSqliteLocks(text);
      parseListeningSockets(text);
      readAccounts(text);
    }),
    { seed: 6, numRuns: 100 },
  );
});
