import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { linkSignal, Problem } from "@signalbox/base";
import type { RebootMode } from "../../../model/server.ts";
import type { DesiredServer, MachineFault, MachineNotice, MachineState } from "../../provider.ts";
import type { ServerRef, StoredImage } from "../../provider.ts";
import { readFreeDiskBytes } from "../capacity/host-supply.ts";
import { atRest } from "../capacity/ledger.ts";
import { lastLines, readConsole } from "../console/console-log.ts";
import { LiveConsole } from "../console/live-console.ts";
import { endForgottenCopies } from "../disk/copy-running-disk.ts";
import { SerialQueue } from "../disk/serial-queue.ts";
import { syncDirectory, writeFileAtomically } from "../disk/write-file-atomically.ts";
import { convergeForwards } from "../network/converge-forwards.ts";
import { type ForwardPlan, planForwards } from "../network/plan-forwards.ts";
import { type ProcessIdentity, readBootId } from "../process/process-identity.ts";
import { awaitExitReport, explainExit } from "./exit-report.ts";
import { machineArguments } from "./machine-arguments.ts";
import { makeDisk, planDisk, writeSeed } from "./machine-disk.ts";
import { MachineFailure, toMachineFailure } from "./machine-failure.ts";
import { MACHINE_FILES } from "./machine-files.ts";
import { machineUuid } from "./machine-name.ts";
import type { MachineParts } from "./machine-parts.ts";
import { findMachineProcess } from "./find-machine-process.ts";
import { formatMachineRecord, type MachineRecord } from "./machine-record.ts";
import { MachineRunner } from "./machine-runner.ts";
import { describeMachine, type MachineActivity } from "./machine-state.ts";
import { changesOf, newRecord } from "./plan-record.ts";
import { cutPower, shutDown } from "./stop-process.ts";
import { type SnapshotRequest, takeSnapshot } from "./take-snapshot.ts";

/**
 * One machine: its directory, its process, and the order of what is done to it.
 *
 * What changes it runs one piece after another. What takes long (shutting down, a snapshot) goes
 * on beside that as the machine's activity, and reports its end.
 */
export class Machine {
  readonly ref: ServerRef;
  readonly #parts: MachineParts;
  readonly #directory: string;
  readonly #uuid: string;
  readonly #work = new SerialQueue();
  readonly #lifetime = new AbortController();
  readonly #console: LiveConsole;
  readonly #runner: MachineRunner;
  #record: MachineRecord | undefined;
  #activity: MachineActivity = "none";
  #isUnreadable = false;
  #queued: boolean | MachineFault = false;
  #fault: MachineFault | undefined;
  #plan: ForwardPlan = { forwards: [], notices: [] };
  #portNotices: readonly MachineNotice[] = [];

  /** @param record of a machine that exists already */
  constructor(ref: ServerRef, directory: string, parts: MachineParts, record?: MachineRecord) {
    this.ref = ref;
    this.#directory = directory;
    this.#parts = parts;
    this.#record = record;
    this.#uuid = machineUuid(ref);
    this.#console = new LiveConsole(directory, parts.clock);
    const { clock, log, settings } = parts;
    this.#runner = new MachineRunner(
      { directory, uuid: this.#uuid, clock, log, bootTimeoutMs: settings.bootTimeoutMs },
      {
        onChange: () => this.#changed(),
        onBooted: () => this.#inBackground(() => this.#noteBoot()),
        onExit: () => this.#inBackground(() => this.#noteExit()),
      },
    );
  }

  /** A machine whose record cannot be read: all that can be done is to remove it. */
  static unreadable(ref: ServerRef, directory: string, parts: MachineParts): Machine {
    const machine = new Machine(ref, directory, parts);
    machine.#isUnreadable = true;
    machine.#fault = UNREADABLE;
    return machine;
  }

  /** Digest of the base image under its disk. */
  get imageDigest(): string | undefined {
    return this.#record?.imageDigest;
  }

  /** True while it waits for capacity or its turn. */
  get isQueued(): boolean {
    return this.#queued !== false;
  }

  state(): MachineState {
    return describeMachine({
      record: this.#record,
      activity: this.#activity,
      runState: this.#runner.runState,
      boot: this.#runner.boot,
      queued: this.#queued,
      fault: this.#fault,
      notices: [...this.#plan.notices, ...this.#portNotices],
    });
  }

  /** Takes up the machine as an earlier daemon left it. */
  async adopt(): Promise<void> {
    await this.#work.run(async () => {
      const record = this.#record;
      if (record === undefined) return;
      const identity = await this.#findProcess(this.#lifetime.signal);
      if (identity === undefined) return this.#noteExit();
      this.#parts.ledger.hold(this.#uuid, record);
      const process = await this.#runner.adopt();
      if (process === undefined) {
        this.#fault = UNRESPONSIVE;
        return;
      }
      await endForgottenCopies(process.control);
      // Another process than the one noted: the reboot had got as far as starting it.
      const rebooting = record.rebooting && record.process?.pid === process.identity.pid;
      await this.#save({ process: process.identity, rebooting });
      if (rebooting) this.#shutDown("rebooting");
    });
  }

  /** Converges towards `server`; answers what there is then. */
  ensure(server: DesiredServer, signal: AbortSignal): Promise<MachineState> {
    return this.#work.run(async () => {
      this.#assertUsable(signal);
      this.#plan = planForwards(server, this.#parts.settings.maxForwardedPorts);
      if (this.#activity === "snapshot" || this.#isUnreadable) return this.state();
      if (this.#fault?.reason !== "rebuild_failed") this.#fault = undefined;
      await this.#orFault(async () => {
        if (this.#record === undefined) await this.#create(server, signal);
        else await this.#save(changesOf(server));
        if (this.#record === undefined) return;
        if (server.power === "stopped") await this.#convergeToOff();
        else await this.#convergeToOn(server, signal);
        await this.#forward(signal);
      });
      return this.state();
    });
  }

  /** @throws Problem `conflict` when it does not run */
  async reboot(mode: RebootMode, signal: AbortSignal): Promise<void> {
    await this.#work.run(async () => {
      this.#assertUsable(signal);
      if (this.#runner.process === undefined || this.#activity !== "none") {
        throw new Problem("conflict", "the server does not run, or something is being done to it");
      }
      if (mode === "hard") return this.#runner.reset(signal);
      await this.#save({ rebooting: true });
      this.#shutDown("rebooting");
    });
  }

  /** Replaces the disk. The old one stays in use until the new one is there. */
  rebuild(server: DesiredServer, signal: AbortSignal): Promise<MachineState> {
    return this.#work.run(async () => {
      this.#assertUsable(signal);
      if (this.#record === undefined) throw new Problem("not_found", "there is no such machine");
      if (this.#activity === "snapshot") throw new Problem("conflict", "a snapshot is being taken");
      this.#activity = "rebuild";
      this.#changed();
      try {
        await this.#orFault(() => this.#replaceDisk(server, signal), "rebuild_failed");
      } finally {
        this.#activity = "none";
      }
      await this.#orFault(async () => {
        if (server.power === "running") await this.#convergeToOn(server, signal);
      });
      return this.state();
    });
  }

  /** Copies the disk into a new image. */
  async snapshot(request: SnapshotRequest): Promise<StoredImage> {
    const source = await this.#work.run(async () => {
      this.#assertUsable(request.signal);
      if (this.#record === undefined || this.#activity !== "none") {
        throw new Problem("conflict", "the server's disk is not at rest", { retryAfterMs: 5000 });
      }
      this.#activity = "snapshot";
      const { diskBytes } = this.#record;
      return { directory: this.#directory, diskBytes, process: this.#runner.process };
    });
    this.#changed();
    using linked = linkSignal(request.signal);
    const onRemoval = (): void => linked.abort(new Problem("not_found", "the server was deleted"));
    this.#lifetime.signal.addEventListener("abort", onRemoval, { once: true });
    try {
      const { settings, ...parts } = this.#parts;
      const timeoutMs = settings.snapshotTimeoutMs;
      return await takeSnapshot({ ...request, signal: linked.signal }, source, {
        ...parts,
        timeoutMs,
      });
    } finally {
      this.#lifetime.signal.removeEventListener("abort", onRemoval);
      if (this.#activity === "snapshot") this.#activity = "none";
      this.#changed();
    }
  }

  async consoleOutput(lines: number | undefined): Promise<string> {
    return lastLines(await readConsole(this.#directory), lines);
  }

  /** @throws Problem `conflict` when it does not run */
  async openConsole(signal: AbortSignal): Promise<Duplex> {
    this.#assertUsable(signal);
    if (this.#runner.process === undefined) {
      throw new Problem("conflict", "the server does not run; start it to use its console");
    }
    return this.#console.attach(signal);
  }

  /** Ends the machine and removes its directory. May be called again until it succeeds. */
  async remove(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#activity = "removal";
    this.#lifetime.abort();
    await this.#work.run(async () => {
      await this.#end(signal);
      this.#runner.close();
      this.#console.close();
      await rm(this.#directory, { recursive: true, force: true, maxRetries: 3 });
      this.#record = undefined;
    });
    this.#parts.ledger.release(this.#uuid);
    this.#parts.freed();
  }

  /** Lets go; the machine stays as it is. */
  async close(): Promise<void> {
    this.#lifetime.abort();
    this.#runner.close();
    this.#console.close();
    await this.#work.run(async () => {});
  }

  async #create(server: DesiredServer, signal: AbortSignal): Promise<void> {
    this.#fault = undefined;
    const plan = await planDisk(server, this.#parts.images);
    const record = newRecord(server, plan);
    if (!(await this.#reserve(record, server.power))) return;
    try {
      await this.#assertDiskSpace();
      await makeDisk(
        MACHINE_FILES.disk,
        plan,
        { ...this.#parts, directory: this.#directory },
        signal,
      );
      await writeSeed(server, record, this.#directory);
      await this.#keep(record);
    } catch (error) {
      this.#parts.ledger.release(this.#uuid);
      await rm(this.#directory, { recursive: true, force: true });
      throw error;
    }
  }

  async #convergeToOff(): Promise<void> {
    this.#queued = false;
    this.#fault = undefined;
    if (this.#runner.process === undefined) {
      await this.#save({ fault: undefined, rebooting: false });
    } else if (this.#activity !== "stopping") {
      await this.#save({ rebooting: false });
      this.#shutDown("stopping");
    }
  }

  async #convergeToOn(server: DesiredServer, signal: AbortSignal): Promise<void> {
    const { process } = this.#runner;
    if (process === undefined) return this.#start(server);
    if (this.#activity !== "none") return;
    if (process.runState === "broken") await cutPower(process, { ...this.#parts, signal });
    else if (process.runState === "disk_full") await this.#resume(signal);
    else await this.#runner.retryBoot(signal);
  }

  /** @param server absent: as it was at its last start */
  async #start(server?: DesiredServer): Promise<void> {
    const record = this.#record;
    if (record === undefined || !(await this.#reserve(record, "running"))) return;
    const acceleration = this.#parts.acceleration();
    const slot = acceleration === undefined ? undefined : this.#parts.bootSlots.tryAcquire();
    if (acceleration === undefined || slot === undefined) {
      this.#queued = true;
      return;
    }
    try {
      await this.#assertDiskSpace();
      if (server !== undefined) await writeSeed(server, record, this.#directory);
      this.#fault = undefined;
      this.#portNotices = [];
      const { qemuProgram, consoleBytes } = this.#parts.settings;
      const args = machineArguments({ ...record, uuid: this.#uuid, acceleration });
      const launch = { command: [qemuProgram, ...args], consoleBytes };
      const process = await this.#runner.start(launch, () => this.#freeSlot(slot));
      await this.#save({ process: process.identity, rebooting: false, fault: undefined });
    } catch (error) {
      this.#freeSlot(slot);
      if (this.#runner.process === undefined) this.#parts.ledger.hold(this.#uuid, atRest(record));
      throw error;
    }
    this.#changed();
  }

  #freeSlot(release: () => void): void {
    release();
    this.#parts.freed();
  }

  /** Lets a guest go on that was paused because the host's disk was full. */
  async #resume(signal: AbortSignal): Promise<void> {
    await this.#assertDiskSpace();
    await this.#runner.process?.control.execute("cont", {}, { signal });
  }

  async #replaceDisk(server: DesiredServer, signal: AbortSignal): Promise<void> {
    const record = this.#record;
    if (record === undefined) return;
    await this.#assertDiskSpace();
    const plan = await planDisk(server, this.#parts.images);
    const made = join(this.#directory, MACHINE_FILES.diskInTheMaking);
    await rm(made, { force: true });
    const parts = { ...this.#parts, directory: this.#directory };
    await makeDisk(MACHINE_FILES.diskInTheMaking, plan, parts, signal);
    await this.#end(signal);
    this.#parts.ledger.hold(this.#uuid, atRest({ ...record, diskBytes: plan.diskBytes }));
    const next = {
      ...{ imageId: plan.imageId, imageDigest: plan.imageDigest, diskBytes: plan.diskBytes },
      ...changesOf(server),
      instance: record.instance + 1,
      rebooting: false,
    };
    await rename(made, join(this.#directory, MACHINE_FILES.disk));
    await syncDirectory(this.#directory);
    await this.#save({ ...next, fault: undefined });
    this.#fault = undefined;
    await writeSeed(server, { ...record, ...next }, this.#directory);
  }

  /** Cuts the machine's power and waits until its process is gone. */
  async #end(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    const identity = await this.#findProcess(signal);
    if (identity === undefined) return;
    const control = this.#runner.process?.control;
    const target = control === undefined ? { identity } : { identity, control };
    if (!(await cutPower(target, { clock, signal }))) {
      throw new Problem("provider_unavailable", "the machine's process cannot be ended");
    }
    this.#runner.forget();
  }

  #findProcess(signal: AbortSignal): Promise<ProcessIdentity | undefined> {
    const { clock } = this.#parts;
    return findMachineProcess({ directory: this.#directory, uuid: this.#uuid, clock, signal });
  }

  /** Begins to shut the guest down; the end of its process is noticed like any other. */
  #shutDown(activity: "stopping" | "rebooting"): void {
    const { process } = this.#runner;
    if (process === undefined) return;
    this.#activity = activity;
    this.#changed();
    const { clock, settings, log } = this.#parts;
    const options = { clock, signal: this.#lifetime.signal };
    shutDown(process, settings.stopTimeoutMs, options).catch((err: unknown) => {
      if (!this.#lifetime.signal.aborted) log.error({ err }, "stopping a machine failed");
    });
  }

  async #noteBoot(): Promise<void> {
    if (this.#record?.launchedAtMs === undefined) {
      await this.#save({ launchedAtMs: this.#parts.clock.now() });
    }
    this.#changed();
  }

  /** The process is gone: finds out why, and starts the machine again amid a reboot. */
  async #noteExit(): Promise<void> {
    const record = this.#record;
    this.#console.close();
    if (record === undefined || this.#activity === "removal") return;
    const wanted = record.power === "running" && this.#activity === "none" && !record.rebooting;
    if (this.#activity === "stopping" || this.#activity === "rebooting") this.#activity = "none";
    this.#parts.ledger.hold(this.#uuid, atRest(record));
    if (record.process !== undefined) {
      const hostRestarted = record.process.bootId !== readBootId();
      const fault = wanted && !hostRestarted ? await this.#explainExit() : undefined;
      await this.#save({ process: undefined, ...(fault && { fault }) });
      if (fault !== undefined) {
        this.#parts.log.warn({ server: this.ref.id, fault }, "a machine ended by itself");
      }
    }
    if (this.#record?.rebooting) await this.#orFault(() => this.#start());
    this.#changed();
    this.#parts.freed();
  }

  async #explainExit(): Promise<MachineFault | undefined> {
    return explainExit(await awaitExitReport(this.#directory, this.#parts.clock));
  }

  async #forward(signal: AbortSignal): Promise<void> {
    const { process } = this.#runner;
    if (process === undefined || process.runState === "broken") return;
    const address = this.#record?.network.address ?? "";
    this.#portNotices = await convergeForwards(
      process.control,
      address,
      this.#plan.forwards,
      signal,
    );
  }

  /** Holds what the machine needs; false when it has to wait for it. */
  async #reserve(record: MachineRecord, power: "running" | "stopped"): Promise<boolean> {
    const { ledger, supply } = this.#parts;
    const demand = power === "running" ? record : atRest(record);
    const missing = ledger.reserve(this.#uuid, demand, await supply());
    this.#queued =
      missing === undefined
        ? false
        : {
            reason: "no_capacity",
            message: `this host has no room for the server now (${missing}); it starts when other servers stop`,
          };
    return missing === undefined;
  }

  async #assertDiskSpace(): Promise<void> {
    const { settings, dataDirectory } = this.#parts;
    if ((await readFreeDiskBytes(dataDirectory)) >= settings.diskReserveBytes) return;
    throw new MachineFailure(
      "disk_full",
      "the host's disk is nearly full; delete servers or images that are not needed",
    );
  }

  async #save(changes: RecordChanges): Promise<void> {
    if (this.#record === undefined) return;
    const { process, fault, ...rest } = { ...this.#record, ...changes };
    await this.#keep({ ...rest, ...(process && { process }), ...(fault && { fault }) });
  }

  async #keep(record: MachineRecord): Promise<void> {
    const text = formatMachineRecord(record);
    const unchanged = this.#record !== undefined && formatMachineRecord(this.#record) === text;
    if (!unchanged) await writeFileAtomically(join(this.#directory, MACHINE_FILES.record), text);
    this.#record = record;
  }

  async #orFault(work: () => Promise<void>, reason?: MachineFault["reason"]): Promise<void> {
    try {
      await work();
    } catch (error) {
      const failure = toMachineFailure(error);
      if (failure === undefined) throw error;
      this.#parts.log.warn({ server: this.ref.id, err: failure }, "a machine has a fault");
      this.#fault = reason === undefined ? failure.fault : { ...failure.fault, reason };
    }
  }

  #inBackground(work: () => Promise<void>): void {
    this.#work.run(work).catch((err: unknown) => {
      this.#parts.log.error({ err, server: this.ref.id }, "following a machine failed");
    });
  }

  #assertUsable(signal: AbortSignal): void {
    signal.throwIfAborted();
    if (this.#activity === "removal")
      throw new Problem("not_found", "the machine is being removed");
  }

  #changed(): void {
    this.#parts.changed(this.ref);
  }
}

const UNREADABLE: MachineFault = {
  reason: "create_failed",
  message: "the machine's record on this host is damaged; delete the server and create it again",
};

const UNRESPONSIVE: MachineFault = {
  reason: "provider_unavailable",
  message:
    "the machine's process runs but does not answer; if that lasts, stop and start the server",
};

/** New values of some properties; undefined takes one of these two away. */
type RecordChanges = Partial<Omit<MachineRecord, "process" | "fault">> & {
  readonly process?: MachineRecord["process"] | undefined;
  readonly fault?: MachineFault | undefined;
};
