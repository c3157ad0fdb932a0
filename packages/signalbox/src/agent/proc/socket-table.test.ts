import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSocketRow, parseSocketTable } from "./socket-table.ts";

const HEADING =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const LISTENING =
  "   0: 0100007F:B353 00000000:0000 0A 00000001:00000002 00:00000000 00000000     0        0 4264097 1 00000000f9a05cab 100 0 0 10 0";
const ESTABLISHED =
  "  11: 0F02000A:0016 0202000A:D431 01 00000000:00000000 02:000A7214 00000003  1000       30 8843 4 ffff88003d3af3c0 20 4 31 10 -1";

test("a table without its heading", () => {
  const rows = parseSocketTable([HEADING, LISTENING, ESTABLISHED, ""].join("\n"));
  assert.deepEqual(rows, [
    {
      local: { ip: "127.0.0.1", port: 45907, isUnspecified: false },
      remote: { ip: "0.0.0.0", port: 0, isUnspecified: true },
      state: 10,
      txQueue: 1n,
      rxQueue: 2n,
      timer: 0,
      timerWhen: 0n,
      retransmits: 0n,
      uid: 0,
      timeout: 0n,
      inode: 4264097n,
      references: 1n,
      pointer: 0xf9a05cabn,
    },
    {
      local: { ip: "10.0.2.15", port: 22, isUnspecified: false },
      remote: { ip: "10.0.2.2", port: 54321, isUnspecified: false },
      state: 1,
      txQueue: 0n,
      rxQueue: 0n,
      timer: 2,
      timerWhen: 0xa7214n,
      retransmits: 3n,
      uid: 1000,
      timeout: 30n,
      inode: 8843n,
      references: 4n,
      pointer: 0xffff88003d3af3c0n,
    },
  ]);
});

const addresses = [
  { hex: "00000000000000000000000000000000", ip: "::" },
  { hex: "00000000000000000000000001000000", ip: "::1" },
  { hex: "B80D01200000000067452301EFCDAB89", ip: "2001:db8::123:4567:89ab:cdef" },
  { hex: "0000000000000000FFFF00000100007F", ip: "::ffff:127.0.0.1" },
  { hex: "000080FE00000000FF005450B6AD1DFE", ip: "fe80::5054:ff:fe1d:adb6" },
];

for (const { hex, ip } of addresses) {
  test(`${hex} is ${ip}`, () => {
    const row = parseSocketRow(`0: ${hex}:1F90 ${"0".repeat(32)}:0000 0A`);
    assert.ok(row.ok);
    assert.equal(row.value.local.ip, ip);
    assert.equal(row.value.local.port, 8080);
  });
}

test("what is no row", () => {
  for (const line of ["", HEADING, "0: 0100007F 00000000:0000", "x: 0100007F:1 00000000:0000 0A"]) {
    assert.equal(parseSocketRow(line).ok, false, line);
  }
});
