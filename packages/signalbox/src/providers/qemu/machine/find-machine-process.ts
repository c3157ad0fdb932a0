import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@signalbox/base";
import {
  identifyProcess,
  type ProcessIdentity,
  readCommandLine,
} from "../process/process-identity.ts";
import { runProgram } from "../process/run-program.ts";
import { MACHINE_FILES } from "./machine-files.ts";

export interface MachinePlace {
  readonly directory: string;
  readonly uuid: string;
}

export interface ProcessSearch extends MachinePlace {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Where `flock` is looked for, as in `PATH`. */
  readonly searchPath: string;
}

const POLL_MS = 50;
/** From its start until QEMU has written its pid file; on a host under load it takes seconds. */
const START_TIMEOUT_MS = 15_000;

/** The process in the pid file, if its command line carries the machine's UUID. */
export async function readIdentity({
  directory,
  uuid,
}: MachinePlace): Promise<ProcessIdentity | undefined> {
  const text = await readFile(join(directory, MACHINE_FILES.pid), "utf8").catch(() => "");
  const identity = identifyProcess(Number.parseInt(text, 10));
  if (identity === undefined) return undefined;
  return readCommandLine(identity.pid).includes(uuid) ? identity : undefined;
}

/**
 * The machine's process, whoever started it and however young it is: a daemon may have been killed
 * the moment after it launched QEMU, and then only the lock tells that a process is coming up.
 */
export async function findMachineProcess(
  place: ProcessSearch,
): Promise<ProcessIdentity | undefined> {
  const { clock, signal } = place;
  const deadlineMs = clock.monotonic() + START_TIMEOUT_MS;
  for (;;) {
    const identity = await readIdentity(place);
    if (identity !== undefined || clock.monotonic() >= deadlineMs) return identity;
    if (!(await isLocked(place))) return readIdentity(place);
    await clock.sleep(POLL_MS, { signal });
  }
}

/** True while QEMU or its launch script holds the machine's lock. */
export async function isLocked({ directory, ...search }: ProcessSearch): Promise<boolean> {
  const command = ["flock", "--nonblock", join(directory, MACHINE_FILES.lock), "true"] as const;
  const { status } = await runProgram([...command], { ...search, timeoutMs: 5000 });
  const conflict = 1;
  return status === conflict;
}
