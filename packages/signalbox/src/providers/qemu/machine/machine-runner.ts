import type { Clock, Log } from "@signalbox/base";
import type { ReleaseSlot } from "../capacity/slots.ts";
import { hasSpoken } from "../console/console-log.ts";
import type { BootProgress } from "./machine-state.ts";
import { MachineProcess, type ProcessParts } from "./machine-process.ts";
import type { RunState } from "./run-state.ts";
import { watchBoot } from "./watch-boot.ts";

export interface RunnerParts {
  readonly directory: string;
  readonly uuid: string;
  readonly searchPath: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly bootTimeoutMs: number;
}

/** What the owner of a runner learns from it. */
export interface RunnerListener {
  /** The guest was paused, goes on, or is overdue. */
  readonly onChange: () => void;
  /** The guest gave its first sign of life since its start. */
  readonly onBooted: () => void;
  /** The process is gone. */
  readonly onExit: () => void;
}

/** A machine goes on booting for a while after its first sign of life; its turn lasts so long. */
const BOOT_SETTLE_MS = 2000;
/** How long one look for an overdue sign of life goes on. */
const OVERDUE_LOOK_MS = 60_000;

/** Runs one machine's process at a time and watches over it. */
export class MachineRunner {
  readonly #parts: RunnerParts;
  readonly #listener: RunnerListener;
  readonly #lifetime = new AbortController();
  #process: MachineProcess | undefined;
  #boot: BootProgress = "silent";

  constructor(parts: RunnerParts, listener: RunnerListener) {
    this.#parts = parts;
    this.#listener = listener;
  }

  get process(): MachineProcess | undefined {
    return this.#process;
  }

  /** Undefined: nothing runs. */
  get runState(): RunState | undefined {
    return this.#process?.runState;
  }

  get boot(): BootProgress {
    return this.#boot;
  }

  /**
   * Starts the machine. `slot` is given back when the guest has booted or ended.
   *
   * @throws MachineFailure
   */
  async start(
    launch: { readonly command: readonly string[]; readonly consoleBytes: number },
    slot: ReleaseSlot,
  ): Promise<MachineProcess> {
    try {
      const process = await MachineProcess.launch(launch, this.#processParts());
      this.#takeUp(process);
      void this.#followBoot(process).finally(slot);
      return process;
    } catch (error) {
      slot();
      throw error;
    }
  }

  /** Finds the machine's process again, if it runs. */
  async adopt(): Promise<MachineProcess | undefined> {
    const process = await MachineProcess.adopt(this.#processParts());
    if (process === undefined) return undefined;
    this.#takeUp(process);
    if (await hasSpoken(this.#parts.directory)) this.#boot = "seen";
    void this.#followBoot(process);
    return process;
  }

  /** Takes no further notice of the process, which its owner ended. */
  forget(): void {
    this.#process?.release();
    this.#process = undefined;
  }

  /** Presses the reset button. */
  async reset(signal: AbortSignal): Promise<void> {
    await this.#process?.control.execute("system_reset", {}, { signal });
  }

  /** Waits anew for a sign of life, after a reset of a guest that gave none. */
  async retryBoot(signal: AbortSignal): Promise<void> {
    const process = this.#process;
    if (process === undefined || this.#boot !== "overdue") return;
    await this.reset(signal);
    this.#boot = "silent";
  }

  /** Lets go: the machine stays as it is. */
  close(): void {
    this.#lifetime.abort();
    this.#process?.release();
  }

  #takeUp(process: MachineProcess): void {
    this.#process = process;
    this.#boot = "silent";
    const watching = process.watch({
      onRunState: this.#listener.onChange,
      onExit: () => {
        process.release();
        if (this.#process !== process) return;
        this.#process = undefined;
        this.#listener.onExit();
      },
    });
    void watching.catch((err: unknown) => this.#complain(err));
  }

  /** Resolves when the guest's boot no longer needs a turn of its own. */
  async #followBoot(process: MachineProcess): Promise<void> {
    const { directory, clock, bootTimeoutMs } = this.#parts;
    const { signal } = this.#lifetime;
    const options = { directory, clock, signal };
    try {
      if (await watchBoot(process, { ...options, timeoutMs: bootTimeoutMs })) {
        this.#booted(process);
        await clock.sleep(BOOT_SETTLE_MS, { signal });
        return;
      }
      void this.#followOverdueBoot(process);
    } catch (error) {
      this.#complain(error);
    }
  }

  async #followOverdueBoot(process: MachineProcess): Promise<void> {
    const { directory, clock } = this.#parts;
    const { signal } = this.#lifetime;
    try {
      while (process.alive && this.#process === process) {
        if (this.#boot === "silent") {
          this.#boot = "overdue";
          this.#listener.onChange();
        }
        const timeoutMs = OVERDUE_LOOK_MS;
        if (await watchBoot(process, { directory, clock, timeoutMs, signal })) {
          return this.#booted(process);
        }
      }
    } catch (error) {
      this.#complain(error);
    }
  }

  #booted(process: MachineProcess): void {
    if (this.#process !== process) return;
    this.#boot = "seen";
    this.#listener.onBooted();
  }

  #complain(err: unknown): void {
    if (!this.#lifetime.signal.aborted) {
      this.#parts.log.error({ err }, "watching a machine failed");
    }
  }

  #processParts(): ProcessParts {
    return { ...this.#parts, signal: this.#lifetime.signal };
  }
}
