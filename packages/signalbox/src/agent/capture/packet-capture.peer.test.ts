import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { seededRandom } from "@signalbox/base";
import { PacketCaptureRequestSchema } from "#gen/machine/network_pb.js";
import { skipWithout } from "../testing/missing-peer.ts";
import { run } from "../testing/run.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { type BpfInstruction, parseBpfProgram } from "./bpf-program.ts";
import { capturePackets } from "./packet-capture.ts";
import { filterPcap } from "./pcap-filter.ts";

const skip = skipWithout("tcpdump");
const isRoot = process.getuid?.() === 0;
const environment = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" };

/** The filter as tcpdump compiles it. */
async function compiled(expression: string): Promise<BpfInstruction[]> {
  const printed = await run("tcpdump", "-y", "EN10MB", "-dd", expression);
  return [...printed.matchAll(/\{ (\w+), (\w+), (\w+), (\w+) \}/g)].map((match) => {
    const [op = 0, jt = 0, jf = 0, k = 0] = match.slice(1).map(Number);
    return { op, jt, jf, k };
  });
}

/** A capture of frames that are nearly right: IPv4, IPv6, ARP; TCP, UDP; few ports. */
function nearlyRightCapture(count: number): Buffer {
  const random = seededRandom(7);
  const pick = <T>(...of: readonly T[]): T => of[Math.floor(random.fraction() * of.length)] as T;
  const header = Buffer.from("d4c3b2a1020004000000000000000000000004000100000000", "hex").subarray(
    0,
    24,
  );
  header.writeUInt32LE(1, 20);
  const records = Array.from({ length: count }, (_, index) => {
    const packet = random.bytes(pick(14, 34, 40, 60, 90));
    packet.writeUInt16BE(pick(0x0800, 0x0800, 0x86dd, 0x0806, 0x8100), 12);
    if (packet.length > 34) {
      packet[14] = pick(0x45, 0x45, 0x46, 0x60);
      packet[23] = pick(1, 6, 17, 17);
      packet.writeUInt16BE(pick(0, 0, 1, 0x2000), 20);
      packet[20] = pick(6, 17, packet[20] ?? 0);
      for (const at of [26, 30]) packet.writeUInt32BE(pick(0x0a000001, 0x7f000001), at);
      packet.writeUInt16BE(pick(80, 443, 53), 34);
      packet.writeUInt16BE(pick(80, 443, 53), 36);
    }
    const head = Buffer.alloc(16);
    head.writeUInt32LE(index, 0);
    head.writeUInt32LE(packet.length, 8);
    head.writeUInt32LE(packet.length, 12);
    return Buffer.concat([head, packet]);
  });
  return Buffer.concat([header, ...records]);
}

test("filters keep what tcpdump keeps", { skip }, async (t) => {
  const directory = await temporaryDirectory(t);
  const capture = nearlyRightCapture(3000);
  await writeFile(join(directory, "all.pcap"), capture);
  for (const expression of [
    "icmp",
    "tcp port 80 and host 10.0.0.1",
    "udp[8:2] > 0x1234",
    "ip6 or arp",
    "not (tcp or udp)",
    "ip[2:2] - ((ip[0] & 0xf) << 2) > 100",
    "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0",
    "len > 60 and portrange 80-443",
    "ether[0] & 1 = 1",
    "vlan",
  ]) {
    const filter = parseBpfProgram(await compiled(expression));
    assert.ok(filter.ok, expression);
    const kept: number[] = [];
    const all = async function* (): AsyncGenerator<Buffer> {
      yield capture;
    };
    const filtered = Buffer.concat(await Array.fromAsync(filterPcap(all(), filter.value)));
    for (let at = 24; at < filtered.length; at += 16 + filtered.readUInt32LE(at + 8)) {
      kept.push(filtered.readUInt32LE(at));
    }
    const printed = await run("tcpdump", "-nttr", join(directory, "all.pcap"), expression);
    const expected = [...printed.matchAll(/^(\d+)\.0{6} /gm)].map(([, second]) => Number(second));
    assert.deepEqual(kept, expected, expression);
    assert.ok(kept.length < 3000);
  }
});

test("packets of this machine, all and filtered", {
  skip: skip || (!isRoot && "peer missing: root, to capture packets"),
}, async () => {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  const filter = await compiled(`udp dst port ${port}`);
  const over = new AbortController();
  const request = create(PacketCaptureRequestSchema, { interface: "lo", bpfFilter: filter });
  const deps = { environment, sys: "/sys" };
  const stream = capturePackets(deps, request, over.signal);
  const pieces = [Buffer.from((await stream.next()).value?.bytes ?? [])];
  // It captures from before its header is there.
  socket.send("the first", port, "127.0.0.1");
  pieces.push(Buffer.from((await stream.next()).value?.bytes ?? []));
  over.abort();
  for await (const { bytes } of stream) pieces.push(Buffer.from(bytes ?? []));
  socket.close();
  const file = Buffer.concat(pieces);
  assert.equal(file.readUInt32LE(0), 0xa1b2c3d4);
  assert.equal(file.readUInt32LE(20), 1);
  assert.equal(file.indexOf("the first"), 24 + 16 + 14 + 20 + 8);
});
