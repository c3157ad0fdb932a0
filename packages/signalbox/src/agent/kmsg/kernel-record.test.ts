import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatKernelRecord } from "./format-kernel-record.ts";
import { parseKernelRecord } from "./kernel-record.ts";

const BOOT_MS = Date.UTC(2024, 0, 2, 3, 4, 0);

function formatted(line: string | Buffer): string {
  const record = parseKernelRecord(Buffer.from(line));
  assert.ok(record.ok);
  return formatKernelRecord(record.value, BOOT_MS).toString();
}

const lines = [
  {
    name: "the example of the contract",
    line: "6,1,5678000,-;text\n",
    text: "kern:    info: [2024-01-02T03:04:05.678Z]: text\n",
  },
  {
    name: "microseconds, and a whole second",
    line: "4,2,123456,-;text\n",
    text: "kern: warning: [2024-01-02T03:04:00.123456Z]: text\n",
  },
  {
    name: "no fraction at all",
    line: "3,2,2000000,-;text\n",
    text: "kern:     err: [2024-01-02T03:04:02Z]: text\n",
  },
  {
    name: "facilities as in syslog.h",
    line: "30,3,0,-;a daemon\n",
    text: "daemon:    info: [2024-01-02T03:04:00Z]: a daemon\n",
  },
  {
    name: "the first local facility",
    line: "128,3,0,-;x\n",
    text: "local0:   emerg: [2024-01-02T03:04:00Z]: x\n",
  },
  {
    name: "facilities without a name",
    line: "103,3,0,c;x\n",
    text: "12:   debug: [2024-01-02T03:04:00Z]: x\n",
  },
  {
    name: "lines of keys and values stay, and so do semicolons and more fields",
    line: "5,9,1000,-,caller=T1,new;a;b\n SUBSYSTEM=acpi\n DEVICE=+acpi:PNP0A03:00\n",
    text: "kern:  notice: [2024-01-02T03:04:00.001Z]: a;b\n SUBSYSTEM=acpi\n DEVICE=+acpi:PNP0A03:00\n",
  },
  {
    name: "escapes are undone, bytes of UTF-8 too",
    line: "2,9,1000,-;tab\\x09 \\xc3\\xbc \\x5c \\x4\n",
    text: "kern:    crit: [2024-01-02T03:04:00.001Z]: tab\t ü \\ \\x4\n",
  },
];

for (const { name, line, text } of lines) {
  test(name, () => assert.equal(formatted(line), text));
}

test("what is no record is refused", () => {
  for (const line of [
    "",
    ";",
    "6;x\n",
    "6,1,2;x\n",
    "a,1,2,-;x\n",
    "-6,1,2,-;x\n",
    "6,1,2,-\n;x",
  ]) {
    assert.equal(parseKernelRecord(Buffer.from(line)).ok, false, line);
  }
});

test("no bytes make it throw, and every record can be printed", () => {
  const head = fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 0, max: 10 ** 15 }), fc.string());
  const record = fc
    .tuple(head, fc.uint8Array())
    .map(([fields, text]) => Buffer.concat([Buffer.from(`${fields.join(",")};`), text]));
  fc.assert(
    fc.property(fc.oneof(record, fc.uint8Array()), (bytes) => {
      const parsed = parseKernelRecord(Buffer.from(bytes));
      if (parsed.ok) assert.ok(formatKernelRecord(parsed.value, BOOT_MS).length > 0);
    }),
    { seed: 24, numRuns: 2000 },
  );
});

test("the text survives escaping as the kernel does it", () => {
  const escaped = (bytes: Uint8Array): string =>
    Array.from(bytes, (byte) =>
      byte < 0x20 || byte >= 0x7f || byte === 0x5c
        ? `\\x${byte.toString(16).padStart(2, "0")}`
        : String.fromCharCode(byte),
    ).join("");
  fc.assert(
    fc.property(fc.uint8Array(), (text) => {
      const parsed = parseKernelRecord(Buffer.from(`6,1,2,-;${escaped(text)}`));
      assert.ok(parsed.ok && parsed.value.text.equals(text));
    }),
    { seed: 25 },
  );
});
