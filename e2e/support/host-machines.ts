import { readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { basename } from "node:path";

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
