import type { Clock, Log } from "@signalbox/base";
import { launchMachine } from "../process/launch-machine.ts";
import { isAlive, type ProcessIdentity, waitUntilGone } from "../process/process-identity.ts";
import { QmpClient } from "../qmp/qmp-client.ts";
import { lastLine, readExitReport } from "./exit-report.ts";
import { findMachineProcess, readIdentity } from "./find-machine-process.ts";
import { MACHINE_FILES } from "./machine-files.ts";
import { MachineFailure } from "./machine-failure.ts";
import { parseRunState, runStateAfter, type RunState } from "./run-state.ts";

export interface ProcessParts {
  readonly directory: string;
  readonly uuid: string;
  readonly searchPath: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Ends the watching, not the machine. */
  readonly signal: AbortSignal;
}

export interface ProcessListener {
  /** The guest was paused, or goes on. */
  readonly onRunState: () => void;
  /** The process is gone. */
  readonly onExit: () => void;
}

/** How long QEMU may take until it listens; on a host under load it takes seconds. */
const LAUNCH_TIMEOUT_MS = 30_000;
const ADOPT_TIMEOUT_MS = 8000;
const RETRY_MS = 40;
const RECONNECT_MS = 1000;

/** A machine's running QEMU: who it is, and the connection to its control socket. */
export class MachineProcess {
  readonly identity: ProcessIdentity;
  readonly #parts: ProcessParts;
  #control: QmpClient;
  #runState: RunState = "running";

  private constructor(identity: ProcessIdentity, control: QmpClient, parts: ProcessParts) {
    this.identity = identity;
    this.#control = control;
    this.#parts = parts;
  }

  /**
   * Starts QEMU, unless it runs already, and waits until it listens.
   *
   * @throws MachineFailure
   */
  static async launch(
    launch: { readonly command: readonly string[]; readonly consoleBytes: number },
    parts: ProcessParts,
  ): Promise<MachineProcess> {
    // Waits too until the run before has noted its end, which is not to be taken for this one's.
    const running = await findMachineProcess(parts);
    if (running === undefined) await launchMachine({ ...launch, ...parts });
    const deadlineMs = parts.clock.monotonic() + LAUNCH_TIMEOUT_MS;
    for (;;) {
      const found = await MachineProcess.#find(parts);
      if (found !== undefined) return found;
      const { status, log } = await readExitReport(parts.directory);
      if (status !== undefined) throw launchFailure(status, log);
      if (parts.clock.monotonic() > deadlineMs) {
        const seconds = LAUNCH_TIMEOUT_MS / 1000;
        throw new MachineFailure("create_failed", `QEMU did not get ready within ${seconds} s`);
      }
      await parts.clock.sleep(RETRY_MS, { signal: parts.signal });
    }
  }

  /**
   * Finds the machine's process again, if it has one that answers: by its pid file, its command
   * line and the UUID that it answers with. Never by a name.
   */
  static async adopt(parts: ProcessParts): Promise<MachineProcess | undefined> {
    // A process so young that it does not listen yet is given the time to.
    const deadlineMs = parts.clock.monotonic() + ADOPT_TIMEOUT_MS;
    for (;;) {
      const found = await MachineProcess.#find(parts);
      if (found !== undefined || parts.clock.monotonic() > deadlineMs) return found;
      if ((await readIdentity(parts)) === undefined) return undefined;
      await parts.clock.sleep(RETRY_MS, { signal: parts.signal });
    }
  }

  static async #find(parts: ProcessParts): Promise<MachineProcess | undefined> {
    const identity = await readIdentity(parts);
    if (identity === undefined) return undefined;
    const control = await connect(parts).catch(() => undefined);
    if (control === undefined) return undefined;
    const adopted = new MachineProcess(identity, control, parts);
    await adopted.#readRunState();
    return adopted;
  }

  get control(): QmpClient {
    return this.#control;
  }

  get runState(): RunState {
    return this.#runState;
  }

  get alive(): boolean {
    return isAlive(this.identity);
  }

  /** Follows the process until it is gone, reconnecting when only the connection was lost. */
  async watch(listener: ProcessListener): Promise<void> {
    const { clock, signal } = this.#parts;
    while (!signal.aborted) {
      await this.#followConnection(listener);
      if (signal.aborted) return;
      if (await waitUntilGone(this.identity, { clock, timeoutMs: RECONNECT_MS, signal })) {
        return listener.onExit();
      }
      const control = await connect(this.#parts).catch(() => undefined);
      if (control === undefined) continue;
      this.#control = control;
      await this.#readRunState();
      listener.onRunState();
    }
  }

  /** Lets go of the connection; the machine goes on. */
  release(): void {
    this.#control.close();
  }

  async #followConnection(listener: ProcessListener): Promise<void> {
    const closed = Promise.withResolvers<void>();
    const control = this.#control;
    const forget = control.onEvent((event) => {
      const next = runStateAfter(this.#runState, event);
      if (next === this.#runState) return;
      this.#runState = next;
      listener.onRunState();
    });
    control.onClose(closed.resolve);
    await closed.promise;
    forget();
  }

  async #readRunState(): Promise<void> {
    const status = await this.#control.execute("query-status").catch(() => undefined);
    this.#runState = parseRunState(status);
  }
}

async function connect({ directory, uuid, clock, signal }: ProcessParts): Promise<QmpClient> {
  const control = await QmpClient.connect(directory, MACHINE_FILES.control, { clock, signal });
  const answer = await control.execute("query-uuid", {}, { signal });
  if ((answer as { readonly UUID?: unknown } | null)?.UUID === uuid) return control;
  control.close();
  throw new Error("another machine answers on this machine's control socket");
}

function launchFailure(status: number, log: string): MachineFailure {
  const cause = new Error(log);
  if (status === 127) {
    const message = "QEMU is missing; install the package qemu-system-x86";
    return new MachineFailure("provider_unavailable", message, { cause });
  }
  if (/No space left on device/.test(log)) {
    return new MachineFailure("disk_full", "the host's disk is full; delete what is not needed", {
      cause,
    });
  }
  if (/not in qcow2 format|[Cc]orrupt|Could not open backing file/.test(log)) {
    const message = "the machine's disk or its image is damaged; rebuild the server";
    return new MachineFailure("image_corrupt", message, { cause });
  }
  if (/[Cc]annot allocate memory/.test(log)) {
    return new MachineFailure("no_capacity", "the host has no memory left for the machine", {
      cause,
    });
  }
  return new MachineFailure("create_failed", `QEMU did not start: ${lastLine(log)}`, { cause });
}
