import { Problem } from "@signalbox/base";
import type { RebootMode } from "../../../model/server.ts";
import type { MachineFault } from "../../machine-fault.ts";
import type { DesiredServer } from "../../provider.ts";
import { endForgottenCopies } from "../disk/copy-running-disk.ts";
import { type ProcessIdentity, readBootId } from "../process/process-identity.ts";
import { awaitExitReport, explainExit } from "./exit-report.ts";
import { findMachineProcess } from "./find-machine-process.ts";
import type { HostShare } from "./host-share.ts";
import { machineArguments } from "./machine-arguments.ts";
import type { MachineCondition } from "./machine-condition.ts";
import { writeSeed } from "./machine-disk.ts";
import type { MachineProcess } from "./machine-process.ts";
import { MachineRunner } from "./machine-runner.ts";
import type { MachineSite } from "./machine-site.ts";
import type { RecordKeeper } from "./record-keeper.ts";
import { cutPower, shutDown } from "./stop-process.ts";

export interface PowerParts {
  readonly site: MachineSite;
  readonly records: RecordKeeper;
  readonly condition: MachineCondition;
  readonly share: HostShare;
}

export interface PowerListener {
  /** Runs what an event leads to, after what is being done to the machine now. */
  readonly inTurn: (work: () => Promise<void>) => void;
  /** The machine's process is gone. */
  readonly onExit: () => void;
}

/** Turns one machine on and off, and follows what its guest and its process do by themselves. */
export class PowerSwitch {
  readonly #parts: PowerParts;
  readonly #listener: PowerListener;
  readonly #runner: MachineRunner;
  /** The machine's process was found, but does not answer. */
  #isMute = false;

  constructor(parts: PowerParts, listener: PowerListener) {
    this.#parts = parts;
    this.#listener = listener;
    const { directory, uuid, clock, log, settings } = parts.site;
    const { bootTimeoutMs, searchPath } = settings;
    this.#runner = new MachineRunner(
      { directory, uuid, clock, log, bootTimeoutMs, searchPath },
      {
        onChange: () => this.#changed(),
        onBooted: () => listener.inTurn(() => this.#noteBoot()),
        onExit: () => listener.inTurn(() => this.#noteExit()),
      },
    );
  }

  /** Absent: the machine is off, or its process does not answer. */
  get process(): MachineProcess | undefined {
    return this.#runner.process;
  }

  get boot(): MachineRunner["boot"] {
    return this.#runner.boot;
  }

  /** Finds out whether the machine runs, and follows its process if it does. */
  async adopt(): Promise<void> {
    const { site, records, condition, share } = this.#parts;
    if (records.record === undefined) return;
    const identity = await this.#findProcess(site.lifetime);
    this.#isMute = false;
    if (identity === undefined) return this.#noteExit();
    share.hold(records.record);
    const process = await this.#runner.adopt();
    if (process !== undefined) return this.#goOnWith(process);
    this.#isMute = true;
    condition.fault = MUTE;
  }

  /** Converges towards a machine that runs. */
  async on(server: DesiredServer, signal: AbortSignal): Promise<void> {
    if (this.#isMute) await this.adopt();
    if (this.#isMute) return;
    const { process } = this.#runner;
    if (process === undefined) return this.start(server);
    if (this.#parts.condition.activity !== "none") return;
    if (process.runState === "broken") await cutPower(process, { ...this.#parts.site, signal });
    else if (process.runState === "disk_full") await this.#resume(process, signal);
    else await this.#runner.retryBoot(signal);
  }

  /** Converges towards a machine that is off, its guest shut down in order. */
  async off(signal: AbortSignal): Promise<void> {
    const { records, condition } = this.#parts;
    if (this.#isMute) await this.end(signal);
    condition.queued = false;
    condition.fault = undefined;
    if (this.#runner.process === undefined) {
      await records.change({ process: undefined, fault: undefined, rebooting: false });
    } else if (condition.activity !== "stopping") {
      await records.change({ rebooting: false });
      this.#shutDown("stopping");
    }
  }

  /**
   * A hard reboot cuts a soft one short, for a guest that does not go down.
   *
   * @throws Problem `conflict` when the machine does not run, or something else is being done
   */
  async reboot(mode: RebootMode, signal: AbortSignal): Promise<void> {
    const { site, records, condition } = this.#parts;
    const { process } = this.#runner;
    const cutsShort = mode === "hard" && condition.activity === "rebooting";
    if (process === undefined || (condition.activity !== "none" && !cutsShort)) {
      throw new Problem("conflict", "the server does not run, or something is being done to it");
    }
    if (cutsShort) {
      // The machine is started again once its end is noted, as at the end of any soft reboot.
      await cutPower(process, { clock: site.clock, signal });
      return;
    }
    if (mode === "hard") return this.#runner.reset(signal);
    await records.change({ rebooting: true });
    this.#shutDown("rebooting");
  }

  /**
   * Starts the machine, if there is room and a turn for it.
   *
   * @param server absent: as it was at its last start
   */
  async start(server?: DesiredServer): Promise<void> {
    const { site, records, condition, share } = this.#parts;
    const { record } = records;
    if (record === undefined) return;
    const shortage = await share.reserve(record, "running");
    const acceleration = site.acceleration();
    const mayBoot = shortage === undefined && acceleration !== undefined;
    const slot = mayBoot ? site.bootSlots.tryAcquire() : undefined;
    condition.queued = shortage ?? slot === undefined;
    if (acceleration === undefined || slot === undefined) return;
    const freeSlot = (): void => {
      slot();
      site.freed();
    };
    try {
      await share.assertDiskSpace();
      if (server !== undefined) await writeSeed(server, record, site);
      condition.fault = undefined;
      const { qemuProgram, consoleBytes } = site.settings;
      const args = machineArguments({ ...record, uuid: site.uuid, acceleration });
      const launch = { command: [qemuProgram, ...args], consoleBytes };
      const { identity } = await this.#runner.start(launch, freeSlot);
      await records.change({ process: identity, rebooting: false, fault: undefined });
    } catch (error) {
      freeSlot();
      if (this.#runner.process === undefined) share.rest(record);
      throw error;
    }
    this.#changed();
  }

  /** Cuts the machine's power and waits until its process is gone. */
  async end(signal: AbortSignal): Promise<void> {
    const { site, records, share } = this.#parts;
    const identity = await this.#findProcess(signal);
    if (identity !== undefined) {
      const control = this.#runner.process?.control;
      const target = control === undefined ? { identity } : { identity, control };
      if (!(await cutPower(target, { clock: site.clock, signal }))) {
        throw new Problem("provider_unavailable", "the machine's process cannot be ended");
      }
    }
    this.#runner.forget();
    this.#isMute = false;
    if (records.record !== undefined) share.rest(records.record);
  }

  /** Lets go: the machine stays as it is. */
  close(): void {
    this.#runner.close();
  }

  async #goOnWith({ identity, control }: MachineProcess): Promise<void> {
    const { records } = this.#parts;
    await endForgottenCopies(control);
    // Another process than the one noted: the reboot had got as far as starting it.
    const rebooting =
      records.record?.rebooting === true && records.record.process?.pid === identity.pid;
    await records.change({ process: identity, rebooting });
    if (rebooting) this.#shutDown("rebooting");
  }

  #findProcess(signal: AbortSignal): Promise<ProcessIdentity | undefined> {
    const { site } = this.#parts;
    return findMachineProcess({ ...site, searchPath: site.settings.searchPath, signal });
  }

  /** Lets a guest go on that was paused because the host's disk was full. */
  async #resume({ control }: MachineProcess, signal: AbortSignal): Promise<void> {
    await this.#parts.share.assertDiskSpace();
    await control.execute("cont", {}, { signal });
  }

  /** Begins to shut the guest down; the end of its process is noticed like any other. */
  #shutDown(activity: "stopping" | "rebooting"): void {
    const { process } = this.#runner;
    if (process === undefined) return;
    this.#parts.condition.activity = activity;
    this.#changed();
    const { clock, settings, log, lifetime } = this.#parts.site;
    shutDown(process, settings.stopTimeoutMs, { clock, signal: lifetime }).catch((err: unknown) => {
      if (!lifetime.aborted) log.error({ err }, "stopping a machine failed");
    });
  }

  async #noteBoot(): Promise<void> {
    const { site, records } = this.#parts;
    if (records.record?.launchedAtMs === undefined) {
      await records.change({ launchedAtMs: site.clock.now() });
    }
    this.#changed();
  }

  /** The process is gone: finds out why, and starts the machine again amid a reboot. */
  async #noteExit(): Promise<void> {
    const { site, records, condition, share } = this.#parts;
    const { record } = records;
    // It was started again before its end had its turn here.
    if (this.#runner.process !== undefined) return;
    this.#listener.onExit();
    if (record === undefined || condition.activity === "removal") return;
    const wasAsked = condition.activity === "stopping" || condition.activity === "rebooting";
    if (wasAsked) condition.activity = "none";
    share.rest(record);
    if (record.process !== undefined) {
      const isSurprise = record.power === "running" && !wasAsked && !record.rebooting;
      const hostRestarted = record.process.bootId !== readBootId();
      const fault = isSurprise && !hostRestarted ? await this.#explainExit() : undefined;
      await records.change({ process: undefined, ...(fault && { fault }) });
    }
    if (record.rebooting) await condition.guard(() => this.start());
    this.#changed();
    site.freed();
  }

  async #explainExit(): Promise<MachineFault | undefined> {
    const { site } = this.#parts;
    const { log, ref } = site;
    // Also while the daemon is about to end: else the machine's fault is not noted.
    const { signal } = new AbortController();
    const { searchPath } = site.settings;
    const fault = explainExit(await awaitExitReport({ ...site, searchPath, signal }));
    if (fault !== undefined) log.warn({ server: ref.id, fault }, "a machine ended by itself");
    return fault;
  }

  #changed(): void {
    this.#parts.site.changed(this.#parts.site.ref);
  }
}

const MUTE: MachineFault = {
  reason: "provider_unavailable",
  message:
    "the machine's process runs but does not answer; if that lasts, stop and start the server",
};
