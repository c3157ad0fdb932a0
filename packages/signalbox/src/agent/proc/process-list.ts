import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ProcessInfoSchema } from "#gen/machine/system_pb.js";
import { mapBounded } from "./map-bounded.ts";
import { readKernelFile, readKernelLink } from "./kernel-file.ts";
import { readPageSize } from "./page-size.ts";
import { parsePidStat } from "./pid-stat.ts";

type ProcessInit = MessageInitShape<typeof ProcessInfoSchema>;

/** Processes that are read at once: each takes five files of the four threads that Node has. */
const AT_ONCE = 16;

/** Numbers of the processes that there are, in order. */
export async function readPids(proc: string): Promise<readonly number[]> {
  const names = await readdir(proc);
  return names
    .filter((name) => /^\d{1,10}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/**
 * The processes whose program can be told: the kernel's own threads have none, and other users'
 * are nobody's to read but root's (node-api §4.2).
 */
export async function readProcesses(proc: string): Promise<ProcessInit[]> {
  const [pids, pageSize] = await Promise.all([readPids(proc), readPageSize(proc)]);
  const found = await mapBounded(pids, AT_ONCE, (pid) =>
    readProcess(join(proc, `${pid}`), pageSize),
  );
  return found.filter((process) => process !== undefined);
}

async function readProcess(folder: string, pageSize: bigint): Promise<ProcessInit | undefined> {
  const executable = await readKernelLink(join(folder, "exe"));
  if (executable === undefined) return undefined;
  const [stat, command, args, label] = await Promise.all([
    readKernelFile(join(folder, "stat")),
    readKernelFile(join(folder, "comm")),
    readKernelFile(join(folder, "cmdline")),
    readKernelFile(join(folder, "attr/current")),
  ]);
  const parsed = parsePidStat(stat ?? "");
  if (!parsed.ok) return undefined;
  const { pid, ppid, state, threads, cpuSeconds, virtualMemory, residentPages } = parsed.value;
  return {
    pid,
    ppid,
    state,
    threads,
    cpuTime: cpuSeconds,
    virtualMemory,
    residentMemory: BigInt.asUintN(64, residentPages * pageSize),
    command: (command ?? parsed.value.command).replace(/\n$/, ""),
    executable,
    args: withoutNuls(args ?? ""),
    label: withoutNuls(label ?? ""),
  };
}

/** The kernel ends each argument with a NUL. */
function withoutNuls(text: string): string {
  return text.replaceAll("\0", " ").trim();
}
