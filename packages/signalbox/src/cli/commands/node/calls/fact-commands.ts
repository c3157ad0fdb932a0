import { type Timestamp, timestampDate } from "@bufbuild/protobuf/wkt";
import { formatHostPort } from "@signalbox/base";
import { Argument, type Command, Option } from "commander";
import { MachineService } from "#gen/machine/machine_pb.js";
import { ConnectRecord_State, NetstatRequest_Filter } from "#gen/machine/network_pb.js";
import { Disk_DiskType, StorageService } from "#gen/storage/storage_pb.js";
import { TimeService } from "#gen/time/time_pb.js";
import type { CliIo } from "../../../cli-io.ts";
import { bytesText, durationText, kilobytesText } from "./amounts.ts";
import { type AddCommand, unaryCommand } from "./unary-command.ts";

const machine = MachineService.method;

const VERSION = unaryCommand({
  name: "version",
  summary: "show what the agents are, and what they run on",
  method: machine.version,
  rows: ({ version, platform }) => [{ ...version, platform: platform?.name }],
  columns: [
    { heading: "TAG", value: ({ tag }) => tag },
    { heading: "SHA", value: ({ sha }) => sha },
    { heading: "BUILT", value: ({ built }) => built },
    { heading: "RUNTIME", value: ({ goVersion }) => goVersion },
    { heading: "OS/ARCH", value: ({ os, arch }) => `${os ?? ""}/${arch ?? ""}` },
  ],
});

const MEMORY = unaryCommand({
  name: "memory",
  summary: "show how memory is used",
  method: machine.memory,
  rows: ({ meminfo }) => (meminfo === undefined ? [] : [meminfo]),
  columns: [
    { heading: "TOTAL", value: ({ memtotal }) => kilobytesText(memtotal) },
    {
      heading: "USED",
      value: ({ memtotal, memavailable }) => kilobytesText(memtotal - memavailable),
    },
    { heading: "FREE", value: ({ memfree }) => kilobytesText(memfree) },
    { heading: "SHARED", value: ({ shmem }) => kilobytesText(shmem) },
    { heading: "BUFFERS", value: ({ buffers }) => kilobytesText(buffers) },
    { heading: "CACHE", value: ({ cached }) => kilobytesText(cached) },
    { heading: "AVAILABLE", value: ({ memavailable }) => kilobytesText(memavailable) },
  ],
});

const LOAD = unaryCommand({
  name: "load",
  summary: "show how many processes want to run, over 1, 5 and 15 minutes",
  method: machine.loadAvg,
  rows: (reply) => [reply],
  columns: [
    { heading: "1 MIN", value: ({ load1 }) => load1.toFixed(2) },
    { heading: "5 MIN", value: ({ load5 }) => load5.toFixed(2) },
    { heading: "15 MIN", value: ({ load15 }) => load15.toFixed(2) },
  ],
});

const CPU = unaryCommand({
  name: "cpu",
  summary: "list the processors",
  method: machine.cPUInfo,
  rows: ({ cpuInfo }) => cpuInfo,
  columns: [
    { heading: "CPU", value: ({ processor }) => String(processor) },
    { heading: "MODEL", value: ({ modelName }) => modelName },
    { heading: "MHZ", value: ({ cpuMhz }) => cpuMhz.toFixed(0) },
    { heading: "CACHE", value: ({ cacheSize }) => cacheSize },
  ],
});

const PS = unaryCommand({
  name: "ps",
  summary: "list processes, those that used the most time first",
  method: machine.processes,
  rows: ({ processes }) => processes.toSorted((a, b) => b.cpuTime - a.cpuTime),
  columns: [
    { heading: "PID", value: ({ pid }) => String(pid) },
    { heading: "PPID", value: ({ ppid }) => String(ppid) },
    { heading: "STATE", value: ({ state }) => state },
    { heading: "THREADS", value: ({ threads }) => String(threads) },
    { heading: "CPU TIME", value: ({ cpuTime }) => durationText(cpuTime) },
    { heading: "VIRTUAL", value: ({ virtualMemory }) => bytesText(virtualMemory) },
    { heading: "RESIDENT", value: ({ residentMemory }) => bytesText(residentMemory) },
    { heading: "COMMAND", value: ({ args, executable }) => (args === "" ? executable : args) },
  ],
});

const MOUNTS = unaryCommand({
  name: "mounts",
  summary: "list file systems, and how full they are",
  method: machine.mounts,
  rows: ({ stats }) => stats,
  columns: [
    { heading: "FILE SYSTEM", value: ({ filesystem }) => filesystem },
    { heading: "SIZE", value: ({ size }) => bytesText(size) },
    { heading: "USED", value: ({ size, available }) => bytesText(size - available) },
    { heading: "AVAILABLE", value: ({ available }) => bytesText(available) },
    { heading: "MOUNTED ON", value: ({ mountedOn }) => mountedOn },
  ],
});

const DISKS = unaryCommand({
  name: "disks",
  summary: "list disks",
  method: StorageService.method.disks,
  rows: ({ disks }) => disks,
  columns: [
    { heading: "DEVICE", value: ({ deviceName }) => deviceName },
    { heading: "TYPE", value: ({ type }) => Disk_DiskType[type] },
    { heading: "SIZE", value: ({ size }) => bytesText(size) },
    { heading: "MODEL", value: ({ model }) => model },
    { heading: "SERIAL", value: ({ serial }) => serial },
    { heading: "READ ONLY", value: ({ readonly }) => (readonly ? "yes" : "no") },
  ],
});

const INTERFACES = unaryCommand({
  name: "interfaces",
  summary: "list network interfaces, and what they carried",
  method: machine.networkDeviceStats,
  rows: ({ devices }) => devices,
  columns: [
    { heading: "INTERFACE", value: ({ name }) => name },
    { heading: "RECEIVED", value: ({ rxBytes }) => bytesText(rxBytes) },
    { heading: "PACKETS", value: ({ rxPackets }) => String(rxPackets) },
    { heading: "ERRORS", value: ({ rxErrors }) => String(rxErrors) },
    { heading: "SENT", value: ({ txBytes }) => bytesText(txBytes) },
    { heading: "PACKETS", value: ({ txPackets }) => String(txPackets) },
    { heading: "ERRORS", value: ({ txErrors }) => String(txErrors) },
  ],
});

interface NetstatFlags {
  readonly listening?: boolean;
  readonly all?: boolean;
}

const NETSTAT = unaryCommand({
  name: "netstat",
  summary: "list connections; with flags what listens, too",
  method: machine.netstat,
  options: [
    new Option("-l, --listening", "what listens alone"),
    new Option("-a, --all", "both").conflicts("listening"),
  ],
  request: (_args, { listening, all }: NetstatFlags) => ({
    filter: filterOf(listening === true, all === true),
    feature: { pid: true },
    l4proto: { tcp: true, tcp6: true, udp: true, udp6: true },
    netns: { hostnetwork: true },
  }),
  rows: ({ connectrecord }) => connectrecord,
  columns: [
    { heading: "PROTO", value: ({ l4proto }) => l4proto },
    {
      heading: "LOCAL",
      value: ({ localip, localport }) => formatHostPort({ host: localip, port: localport }),
    },
    {
      heading: "REMOTE",
      value: ({ remoteip, remoteport }) => formatHostPort({ host: remoteip, port: remoteport }),
    },
    { heading: "STATE", value: ({ state }) => ConnectRecord_State[state] },
    {
      heading: "PROCESS",
      value: ({ process }) => ((process?.pid ?? 0) === 0 ? "" : `${process?.pid}/${process?.name}`),
    },
  ],
});

function filterOf(listening: boolean, all: boolean): NetstatRequest_Filter {
  if (all) return NetstatRequest_Filter.ALL;
  return listening ? NetstatRequest_Filter.LISTENING : NetstatRequest_Filter.CONNECTED;
}

/** With a server: TimeCheck, which asks that one. */
const TIME = unaryCommand({
  name: "time",
  summary: "compare clocks with a time server",
  method: TimeService.method.timeCheck,
  arguments: [new Argument("[server]", "whom to ask").default("time.cloudflare.com")],
  request: ([server = ""]) => ({ server }),
  rows: (reply) => [reply],
  columns: [
    { heading: "SERVER", value: ({ server }) => server },
    { heading: "MACHINE", value: ({ localtime }) => timeText(localtime) },
    { heading: "SERVER'S TIME", value: ({ remotetime }) => timeText(remotetime) },
  ],
});

function timeText(time: Timestamp | undefined): string | undefined {
  return time === undefined ? undefined : timestampDate(time).toISOString();
}

const FACT_COMMANDS: readonly AddCommand[] = [
  VERSION,
  MEMORY,
  LOAD,
  CPU,
  PS,
  MOUNTS,
  DISKS,
  INTERFACES,
  NETSTAT,
  TIME,
];

/** What machines tell of themselves in one answer each. */
export function addFactCommands(node: Command, io: CliIo): void {
  for (const add of FACT_COMMANDS) add(node, io);
}
