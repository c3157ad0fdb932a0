import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { Problem, type Result } from "@signalbox/base";
import type { AgentDeps } from "./agent-deps.ts";
import { type AgentVersion, versionMessage } from "./agent-version.ts";
import type { MachineMethods } from "./machine-methods.ts";
import { readConnections } from "./proc/connections.ts";
import { readCpuFrequencies } from "./proc/cpu-frequencies.ts";
import { parseCpuInfo } from "./proc/cpu-info.ts";
import { parseDiskStats } from "./proc/disk-stats.ts";
import { parseLoadAvg } from "./proc/load-avg.ts";
import { parseMemInfo } from "./proc/mem-info.ts";
import { MountReader } from "./proc/mounts.ts";
import { parseNetworkDevices } from "./proc/network-devices.ts";
import { readProcesses } from "./proc/process-list.ts";
import { parseSystemStat } from "./proc/system-stat.ts";

/** What a machine tells of itself (node-api §4.2). The envelope's metadata stays unset. */
export function createFactMethods(deps: AgentDeps, about: AgentVersion): MachineMethods {
  const { proc, sys } = deps.roots;
  const mounts = new MountReader(deps);
  const kernelFile = (name: string): Promise<string> => readFile(join(proc, name), "utf8");
  return {
    version: () => one(versionMessage(about, hostFacts())),
    hostname: () => one({ hostname: hostname() }),
    loadAvg: async () => one(needed(parseLoadAvg(await kernelFile("loadavg")), "loadavg")),
    memory: async () => one({ meminfo: parseMemInfo(await kernelFile("meminfo")) }),
    cPUInfo: async () => one({ cpuInfo: parseCpuInfo(await kernelFile("cpuinfo")) }),
    cPUFreqStats: async () => one({ cpuFreqStats: await readCpuFrequencies(sys) }),
    systemStat: async () => one(parseSystemStat(await kernelFile("stat"))),
    diskStats: async () => one(parseDiskStats(await kernelFile("diskstats"))),
    networkDeviceStats: async () => one(parseNetworkDevices(await kernelFile("net/dev"))),
    mounts: async () => one({ stats: await mounts.read() }),
    processes: async () => one({ processes: await readProcesses(proc) }),
    netstat: async (request) => one({ connectrecord: await readConnections(deps.roots, request) }),
  };
}

function hostFacts(): Parameters<typeof versionMessage>[1] {
  return {
    arch: process.arch,
    platform: process.platform,
    runtime: `node${process.version.slice(1)}`,
  };
}

/** The one message that a machine answers for itself. */
function one<M>(message: M): { messages: [M] } {
  return { messages: [message] };
}

function needed<T>(result: Result<T>, file: string): T {
  if (result.ok) return result.value;
  throw new Problem("internal", `the kernel's ${file} reads like no other: ${result.error}`);
}
