import { readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { basename } from "node:path";
import { eventually, PATIENCE_MS } from "./eventually.ts";

/** A QEMU process of this host, by the server that it runs. */
export interface HostMachine {
  readonly pid: number;
  readonly serverId: string;
}

const UUID_LENGTH = 36;

/** The machines that run for the daemon of this data directory, asked of the host itself. */
export function listHostMachines(dataDir: string): readonly HostMachine[] {
  return workingIn(dataDir)
    .filter(({ program }) => program.startsWith("qemu-system-"))
    .map(({ pid, directory }) => ({
      pid,
      serverId: basename(directory).slice(0, UUID_LENGTH),
    }));
}

/** Numbers of all processes that work somewhere under the data directory. */
export function listHostProcesses(dataDir: string): readonly number[] {
  return workingIn(dataDir).map(({ pid }) => pid);
}

/** Takes a machine's power, unless it went down by itself while we looked. */
export function killMachine({ pid }: HostMachine): void {
  killProcess(pid);
}

/** For teardown: ends whatever works under the data directory, and waits until it has ended. */
export async function killHostProcesses(dataDir: string): Promise<void> {
  await eventually(`what runs in ${dataDir} ends`, PATIENCE_MS, async () => {
    const pids = listHostProcesses(dataDir);
    pids.forEach(killProcess);
    return pids.length === 0 ? true : undefined;
  });
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

interface Work {
  readonly pid: number;
  readonly program: string;
  readonly directory: string;
}

function workingIn(dataDir: string): readonly Work[] {
  const root = realpathSync(dataDir);
  return readdirSync("/proc")
    .filter((name) => /^[0-9]+$/.test(name))
    .flatMap((name) => {
      const work = readWork(Number(name));
      return work?.directory.startsWith(`${root}/`) === true ? [work] : [];
    });
}

/** Undefined for a process that ended meanwhile, or is another user's. */
function readWork(pid: number): Work | undefined {
  try {
    const [program = ""] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return { pid, program: basename(program), directory: readlinkSync(`/proc/${pid}/cwd`) };
  } catch {
    return undefined;
  }
}
