import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type BpfInstruction, type PacketFilter, parseBpfProgram } from "./bpf-program.ts";
import { filterPcap } from "./pcap-filter.ts";

/** `28 0 0 c`: a line an instruction, numbers in hexadecimal. */
function program(text: string): BpfInstruction[] {
  return text
    .trim()
    .split("\n")
    .map((line) => {
      const [op = 0, jt = 0, jf = 0, k = 0] = line
        .trim()
        .split(" ")
        .map((word) => Number.parseInt(word, 16));
      return { op, jt, jf, k };
    });
}

function filterOf(text: string): PacketFilter {
  const parsed = parseBpfProgram(program(text));
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.value;
}

// What `tcpdump -y EN10MB -dd icmp` prints.
const ICMP = `
  28 0 0 c
  15 0 3 800
  30 0 0 17
  15 0 1 1
  6 0 0 40000
  6 0 0 0`;

/** An Ethernet frame of IPv4 with this protocol. */
function frame(protocol: number, ...payload: readonly number[]): Buffer {
  const bytes = Buffer.alloc(34);
  bytes.writeUInt16BE(0x0800, 12);
  bytes[14] = 0x45;
  bytes[23] = protocol;
  return Buffer.concat([bytes, Buffer.from(payload)]);
}

const run = (text: string, packet: Buffer = Buffer.alloc(64)): number =>
  filterOf(text)(packet, 1500);

test("a filter of tcpdump", () => {
  const icmp = filterOf(ICMP);
  assert.equal(icmp(frame(1), 34), 0x40000);
  assert.equal(icmp(frame(6), 34), 0);
  assert.equal(icmp(Buffer.alloc(13), 13), 0);
});

test("loads, arithmetic, memory, jumps", () => {
  // biome-ignore format: a row a program
  const rows: readonly [string, number][] = [
    ["0 0 0 7\n16 0 0 0", 7],
    ["80 0 0 0\n16 0 0 0", 1500],
    ["0 0 0 5\n4 0 0 fffffffe\n16 0 0 0", 3],
    ["0 0 0 5\n14 0 0 6\n16 0 0 0", 0xffffffff],
    ["0 0 0 ffffffff\n24 0 0 ffffffff\n16 0 0 0", 1],
    ["0 0 0 ffffffff\n34 0 0 2\n16 0 0 0", 0x7fffffff],
    ["0 0 0 f0\n44 0 0 f\n54 0 0 3c\na4 0 0 ff\n16 0 0 0", 0xc3],
    ["0 0 0 1\n64 0 0 1f\n16 0 0 0", 0x80000000],
    ["0 0 0 80000000\n74 0 0 1f\n16 0 0 0", 1],
    ["0 0 0 1\n84 0 0 0\n16 0 0 0", 0xffffffff],
    ["0 0 0 11\n94 0 0 5\n16 0 0 0", 2],
    ["0 0 0 9\n2 0 0 3\n0 0 0 0\n61 0 0 3\n87 0 0 0\n16 0 0 0", 9],
    ["0 0 0 9\n7 0 0 0\n1 0 0 2\n3 0 0 f\n60 0 0 f\n16 0 0 0", 2],
    ["0 0 0 9\n7 0 0 0\n3c 0 0 0\n16 0 0 0", 1],
    ["0 0 0 9\n1 0 0 0\n3c 0 0 0\n6 0 0 1", 0],
    ["5 0 0 1\n6 0 0 1\n6 0 0 2", 2],
    ["0 0 0 5\n25 0 1 4\n6 0 0 1\n6 0 0 2", 1],
    ["0 0 0 5\n35 0 1 6\n6 0 0 1\n6 0 0 2", 2],
    ["0 0 0 5\n45 0 1 4\n6 0 0 1\n6 0 0 2", 1],
  ];
  for (const [text, expected] of rows) assert.equal(run(text), expected, text);
});

test("the header's length and what is behind it", () => {
  const packet = frame(17, 0, 80, 1, 187);
  assert.equal(run("b1 0 0 e\n48 0 0 e\n16 0 0 0", packet), 80);
  assert.equal(run("b1 0 0 e\n48 0 0 10\n16 0 0 0", packet), 443);
  assert.equal(run("b1 0 0 e\n48 0 0 12\n6 0 0 1", packet), 0);
  assert.equal(run("1 0 0 ffffffff\n40 0 0 ffffffff\n6 0 0 1", packet), 0);
});

test("programs that are not sound", () => {
  for (const text of [
    "0 0 0 0",
    "6 0 0 0\n0 0 0 0",
    "15 1 0 0\n6 0 0 0",
    "5 0 0 1\n6 0 0 0",
    "5 0 0 ffffffff\n6 0 0 0",
    "2 0 0 10\n6 0 0 0",
    "60 0 0 10\n6 0 0 0",
    "34 0 0 0\n6 0 0 0",
    "ff 0 0 0\n6 0 0 0",
    "21 0 0 0\n6 0 0 0",
    "18 0 0 0\n6 0 0 0",
    "1006 0 0 0",
  ]) {
    assert.equal(parseBpfProgram(program(text)).ok, false, text);
  }
  assert.equal(parseBpfProgram([]).ok, false);
  const long = Array.from({ length: 5000 }, () => ({ op: 6, jt: 0, jf: 0, k: 0 }));
  assert.equal(parseBpfProgram(long).ok, false);
});

test("no program and no packet makes it throw, or answer what is no length", () => {
  const opcodes = [
    ...[0x00, 0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0x60, 0x80, 0x01, 0x61, 0x81, 0xb1, 0x02, 0x03],
    ...[0x04, 0x0c, 0x14, 0x1c, 0x24, 0x2c, 0x34, 0x3c, 0x44, 0x54, 0x64, 0x6c, 0x74, 0x7c, 0x84],
    ...[0x94, 0x9c, 0xa4, 0xac, 0x05, 0x15, 0x1d, 0x25, 0x2d, 0x35, 0x45, 0x07, 0x87, 0x06, 0x16],
  ];
  const instruction = fc.record({
    op: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...opcodes) }, fc.nat(0x1ff)),
    jt: fc.nat(3),
    jf: fc.nat(3),
    k: fc.oneof(fc.nat(40), fc.nat(0xffffffff)),
  });
  const end = { op: 0x16, jt: 0, jf: 0, k: 0 };
  let ran = 0;
  fc.assert(
    fc.property(fc.array(instruction, { maxLength: 20 }), fc.uint8Array(), (body, packet) => {
      const parsed = parseBpfProgram([...body, end, end, end, end]);
      if (!parsed.ok) return;
      ran += 1;
      const keep = parsed.value(packet, packet.length);
      assert.ok(Number.isInteger(keep) && keep >= 0 && keep <= 0xffffffff);
    }),
    { seed: 41, numRuns: 5000 },
  );
  assert.ok(ran > 100);
});

test("a capture in any pieces: whole packets, kept ones only, as much as is kept of them", async () => {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4);
  const record = (packet: Buffer): Buffer => {
    const head = Buffer.alloc(16);
    head.writeUInt32LE(packet.length, 8);
    head.writeUInt32LE(packet.length, 12);
    return Buffer.concat([head, packet]);
  };
  const file = Buffer.concat([header, ...[1, 6, 1].map((protocol) => record(frame(protocol)))]);
  const expected = Buffer.concat([header, record(frame(1)), record(frame(1))]);
  for (const size of [1, 7, 33, 1000]) {
    async function* pieces(): AsyncGenerator<Buffer> {
      for (let at = 0; at < file.length; at += size) yield file.subarray(at, at + size);
    }
    const kept = Buffer.concat(await Array.fromAsync(filterPcap(pieces(), filterOf(ICMP))));
    assert.deepEqual(kept, expected);
  }
  async function* whole(): AsyncGenerator<Buffer> {
    yield file;
  }
  const cut = Buffer.concat(await Array.fromAsync(filterPcap(whole(), () => 20)));
  assert.equal(cut.length, 24 + 3 * (16 + 20));
  assert.equal(cut.readUInt32LE(24 + 8), 20);
  assert.equal(cut.readUInt32LE(24 + 12), 34);
});

test("no bytes make a capture throw anything but what it says, or wait", async () => {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 60 })),
      fc.boolean(),
      async (pieces, ok) => {
        async function* bytes(): AsyncGenerator<Buffer> {
          if (ok) yield header;
          for (const piece of pieces) yield Buffer.from(piece);
        }
        try {
          const kept = await Array.fromAsync(filterPcap(bytes(), (packet) => packet.length));
          const given = pieces.reduce((sum, { length }) => sum + length, 0);
          assert.ok(Buffer.concat(kept).length <= header.length + given);
        } catch (error) {
          assert.match(String(error), /no capture|too large/);
        }
      },
    ),
    { seed: 42, numRuns: 500 },
  );
});

test("what is no capture", async () => {
  async function* bytes(): AsyncGenerator<Buffer> {
    yield Buffer.alloc(100);
  }
  await assert.rejects(Array.fromAsync(filterPcap(bytes(), () => 1)), /no capture/);
});
