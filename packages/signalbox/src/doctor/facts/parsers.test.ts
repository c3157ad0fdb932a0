import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { test } from "node:test";
import { anyText } from "@signalbox/testing";
import fc from "fast-check";
import { readAccounts } from "./accounts.ts";
import { findLockHolder, parseSqliteLocks } from "./lock-holders.ts";
import { parseListeningSockets, rowAt } from "./socket-owners.ts";

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

test("locks: a list of many pages, in which a row may be missing, is looked at more than once", () => {
  const file = import.meta.filename;
  const row = (pid: number, inode: number): string =>
    `1: POSIX  ADVISORY  READ ${pid} fe:00:${inode} 1073741826 1073742335\n`;
  const others = row(7, 0).repeat(100);
  const texts = [others, others + row(9, statSync(file).ino)];
  assert.equal(
    findLockHolder(file, () => texts.shift() ?? ""),
    9,
  );
  let looks = 0;
  const lookAt = (text: string) => (): string => {
    looks++;
    return text;
  };
  assert.equal(findLockHolder(file, lookAt(row(7, 0))), undefined);
  assert.equal(looks, 1, "a short one is of one moment");
  assert.equal(findLockHolder(file, lookAt(others)), undefined);
  assert.equal(looks, 6);
});

test("sockets: those that listen, with their port and user", () => {
  const text = [
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
    "   0: 0100007F:17C0 00000000:0000 0A 00000000:00000000 00:00000000 00000000  990        0 4711 1 0000000000000000 100 0 0 10 0",
    "   1: 0100007F:17C0 0100007F:C001 01 00000000:00000000 00:00000000 00000000  990        0 4712 1 0000000000000000 20 4 30 10 -1",
    "   2: 00000000000000000000000000000000:46A0 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0",
  ].join("\n");
  assert.deepEqual(parseListeningSockets(text), [
    { address: "0100007F", port: 6080, uid: 990, inode: "4711" },
    { address: "0".repeat(32), port: 18_080, uid: 0, inode: "4713" },
  ]);
});

test("sockets: of several on one port that of the address, else one that may stand for it", () => {
  const rows = ["0200007F", "0100007F", "00000000"].map((address, inode) => ({
    address,
    port: address === "00000000" ? 7 : 6080,
    uid: 0,
    inode: `${inode}`,
  }));
  const inodeAt = (host: string, port: number) => rowAt({ host, port }, rows)?.inode;
  assert.equal(inodeAt("127.0.0.1", 6080), "1");
  assert.equal(inodeAt("localhost", 6080), "0");
  assert.equal(inodeAt("127.0.0.1", 7), "2");
  assert.equal(inodeAt("127.0.0.1", 8), undefined);
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
