// Whatever text stands where the kernel's should: no parser throws, and what it makes of it can be
// sent.
import { test } from "node:test";
import { create, type DescMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import {
  CPUInfoSchema,
  DiskStatsSchema,
  LoadAvgSchema,
  MemInfoSchema,
  SystemStatSchema,
} from "#gen/machine/system_pb.js";
import { NetworkDeviceStatsSchema } from "#gen/machine/network_pb.js";
import { parseCpuInfo } from "./cpu-info.ts";
import { parseDiskStats } from "./disk-stats.ts";
import { parseLoadAvg } from "./load-avg.ts";
import { parseMemInfo } from "./mem-info.ts";
import { parseMountTable } from "./mount-table.ts";
import { parseNetworkDevices } from "./network-devices.ts";
import { parsePidStat } from "./pid-stat.ts";
import { parseSocketTable } from "./socket-table.ts";
import { parseSystemStat } from "./system-stat.ts";

const RUN = { seed: 20261121, numRuns: 300 };

/** Words that parsers look for, numbers of every size, and rubbish, in lines. */
const piece = fc.oneof(
  fc.constantFrom("cpu", "cpu0", "cpu8191", "intr", "softirq", "processor", "flags", "eth0:", "0:"),
  fc.constantFrom(
    "MemTotal:",
    "Active(anon):",
    "(",
    ")",
    ":",
    "\t",
    "00000000:0000",
    "0A",
    "btime",
  ),
  fc.bigInt({ min: -1n, max: 2n ** 70n }).map(String),
  fc.double().map(String),
  fc.string({ maxLength: 8 }),
  fc.constantFrom(String.raw`\040`, String.raw`\777`, "__proto__", "\ud800"),
);
const text = fc
  .array(fc.array(piece, { maxLength: 24 }), { maxLength: 12 })
  .map((lines) => lines.map((line) => line.join(" ")).join("\n"));

function send<D extends DescMessage>(schema: D, init: MessageInitShape<D>): void {
  toBinary(schema, create(schema, init));
}

const parsers: Readonly<Record<string, (input: string) => void>> = {
  loadavg: (input) => {
    const loads = parseLoadAvg(input);
    if (loads.ok) send(LoadAvgSchema, loads.value);
  },
  meminfo: (input) => send(MemInfoSchema, parseMemInfo(input)),
  cpuinfo: (input) => parseCpuInfo(input).forEach((info) => send(CPUInfoSchema, info)),
  stat: (input) => send(SystemStatSchema, parseSystemStat(input)),
  diskstats: (input) => send(DiskStatsSchema, parseDiskStats(input)),
  "net/dev": (input) => send(NetworkDeviceStatsSchema, parseNetworkDevices(input)),
  mounts: (input) => void parseMountTable(input),
  "PID/stat": (input) => void parsePidStat(input),
  "net/tcp": (input) => void parseSocketTable(input),
};

for (const [name, parse] of Object.entries(parsers)) {
  test(`any text for ${name}`, () => fc.assert(fc.property(text, parse), RUN));
}
