import { rm } from "node:fs/promises";
import type { Duplex } from "node:stream";
import { linkSignal, Problem } from "@signalbox/base";
import type { RebootMode } from "../../../model/server.ts";
import type { MachineFault } from "../../machine-fault.ts";
import type { DesiredServer, MachineState, ServerRef, StoredImage } from "../../provider.ts";
import { readConsole } from "../console/console-log.ts";
import { lastLines } from "../../last-lines.ts";
import { LiveConsole } from "../console/live-console.ts";
import { SerialQueue } from "../disk/serial-queue.ts";
import { EnrolmentLink } from "../network/enrolment-link.ts";
import { MachinePorts } from "../network/machine-ports.ts";
import { HostShare } from "./host-share.ts";
import { MachineCondition } from "./machine-condition.ts";
import { planDisk } from "./machine-disk.ts";
import { machineUuid } from "./machine-name.ts";
import type { MachineParts } from "./machine-parts.ts";
import type { MachineRecord } from "./machine-record.ts";
import type { MachineSite } from "./machine-site.ts";
import { describeMachine } from "./machine-state.ts";
import { makeMachine, makeNextDisk, takeNextDisk } from "./make-machine.ts";
import { changesOf, newRecord } from "./plan-record.ts";
import { PowerSwitch } from "./power-switch.ts";
import { RecordKeeper } from "./record-keeper.ts";
import { type SnapshotRequest, takeSnapshot } from "./take-snapshot.ts";

/**
 * One machine: the order of what is done to it.
 *
 * What changes it runs one piece after another. What takes long (shutting down, a snapshot) goes
 * on beside that as the machine's activity, and reports its end.
 */
export class Machine {
  readonly ref: ServerRef;
  readonly #site: MachineSite;
  readonly #work = new SerialQueue();
  readonly #lifetime = new AbortController();
  readonly #console: LiveConsole;
  readonly #records: RecordKeeper;
  readonly #condition: MachineCondition;
  readonly #share: HostShare;
  readonly #power: PowerSwitch;
  readonly #ports: MachinePorts;
  #isUnreadable = false;

  /** @param record of a machine that exists already */
  constructor(ref: ServerRef, directory: string, parts: MachineParts, record?: MachineRecord) {
    this.ref = ref;
    const uuid = machineUuid(ref);
    this.#site = { ...parts, ref, directory, uuid, lifetime: this.#lifetime.signal };
    this.#console = new LiveConsole(directory, parts.clock);
    this.#records = new RecordKeeper(directory, record);
    this.#condition = new MachineCondition(this.#site);
    this.#share = new HostShare(this.#site);
    const { agents, clock, settings } = parts;
    const link = agents && new EnrolmentLink({ clock, listener: agents.enrolment });
    this.#ports = new MachinePorts(settings.maxForwardedPorts, link);
    this.#power = new PowerSwitch(
      {
        site: this.#site,
        records: this.#records,
        condition: this.#condition,
        share: this.#share,
      },
      { inTurn: (work) => this.#inBackground(work), onExit: () => this.#noteExit() },
    );
  }

  /** A machine whose record cannot be read: all that can be done is to remove it. */
  static unreadable(ref: ServerRef, directory: string, parts: MachineParts): Machine {
    const machine = new Machine(ref, directory, parts);
    machine.#isUnreadable = true;
    machine.#condition.fault = UNREADABLE;
    return machine;
  }

  /** Digest of the base image under its disk. */
  get imageDigest(): string | undefined {
    return this.#records.record?.imageDigest;
  }

  /** Where its agent is called, while it runs. */
  get agentAddress(): string | undefined {
    const { agentPort } = this.#ports;
    return agentPort === undefined ? undefined : `127.0.0.1:${agentPort}`;
  }

  /** True while it waits for capacity or its turn. */
  get isQueued(): boolean {
    return this.#condition.queued !== false;
  }

  state(): MachineState {
    const { activity, queued, fault } = this.#condition;
    return describeMachine({
      record: this.#records.record,
      runState: this.#power.process?.runState,
      boot: this.#power.boot,
      notices: this.#ports.notices,
      activity,
      queued,
      fault,
    });
  }

  /** Takes up the machine as an earlier daemon left it. */
  adopt(): Promise<void> {
    return this.#work.run(() => this.#power.adopt());
  }

  /** Converges towards `server`; answers what there is then. */
  ensure(server: DesiredServer, signal: AbortSignal): Promise<MachineState> {
    return this.#work.run(async () => {
      this.#assertUsable(signal);
      this.#ports.plan(server);
      if (this.#condition.activity === "snapshot" || this.#isUnreadable) return this.state();
      this.#condition.clearFault();
      await this.#condition.guard(() => this.#converge(server, signal));
      return this.state();
    });
  }

  /** @throws Problem `conflict` when it does not run */
  reboot(mode: RebootMode, signal: AbortSignal): Promise<void> {
    return this.#work.run(async () => {
      this.#assertUsable(signal);
      await this.#power.reboot(mode, signal);
    });
  }

  /** Replaces the disk. The old one stays in use until the new one is there. */
  rebuild(server: DesiredServer, signal: AbortSignal): Promise<MachineState> {
    return this.#work.run(async () => {
      this.#assertUsable(signal);
      const condition = this.#condition;
      if (this.#records.record === undefined) {
        throw new Problem("not_found", "there is no such machine");
      }
      if (condition.activity === "snapshot") {
        throw new Problem("conflict", "a snapshot is being taken");
      }
      condition.activity = "rebuild";
      this.#changed();
      try {
        await condition.guard(() => this.#replaceDisk(server, signal), "rebuild_failed");
      } finally {
        condition.activity = "none";
      }
      await condition.guard(async () => {
        if (server.power === "running") await this.#power.on(server, signal);
      });
      return this.state();
    });
  }

  /** Copies the disk into a new image. */
  async snapshot(request: SnapshotRequest): Promise<StoredImage> {
    const condition = this.#condition;
    const source = await this.#work.run(async () => {
      this.#assertUsable(request.signal);
      const { record } = this.#records;
      if (record === undefined || condition.activity !== "none") {
        throw new Problem("conflict", "the server's disk is not at rest", { retryAfterMs: 5000 });
      }
      condition.activity = "snapshot";
      const { directory } = this.#site;
      return { directory, diskBytes: record.diskBytes, process: this.#power.process };
    });
    this.#changed();
    using linked = linkSignal(request.signal);
    const onRemoval = (): void => linked.abort(new Problem("not_found", "the server was deleted"));
    this.#lifetime.signal.addEventListener("abort", onRemoval, { once: true });
    try {
      const timeoutMs = this.#site.settings.snapshotTimeoutMs;
      const given = { ...request, signal: linked.signal };
      return await takeSnapshot(given, source, { ...this.#site, timeoutMs });
    } finally {
      this.#lifetime.signal.removeEventListener("abort", onRemoval);
      if (condition.activity === "snapshot") condition.activity = "none";
      this.#changed();
    }
  }

  async consoleOutput(lines: number | undefined): Promise<string> {
    return lastLines(await readConsole(this.#site.directory), lines);
  }

  /** @throws Problem `conflict` when it does not run */
  async openConsole(signal: AbortSignal): Promise<Duplex> {
    this.#assertUsable(signal);
    if (this.#power.process === undefined) {
      throw new Problem("conflict", "the server does not run; start it to use its console");
    }
    return this.#console.attach(signal);
  }

  /** Ends the machine and removes its directory. May be called again until it succeeds. */
  async remove(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#condition.activity = "removal";
    this.#lifetime.abort();
    await this.#work.run(async () => {
      await this.#power.end(signal);
      this.#power.close();
      this.#ports.closed();
      this.#console.close();
      await rm(this.#site.directory, { recursive: true, force: true, maxRetries: 3 });
      this.#records.forget();
    });
    this.#share.release();
    this.#site.freed();
  }

  /** Lets go; the machine stays as it is. */
  async close(): Promise<void> {
    this.#lifetime.abort();
    this.#power.close();
    this.#console.close();
    await this.#work.run(async () => this.#ports.release());
  }

  async #converge(server: DesiredServer, signal: AbortSignal): Promise<void> {
    if (this.#records.record === undefined) await this.#create(server, signal);
    else await this.#records.change(changesOf(server));
    const { record } = this.#records;
    if (record === undefined) return;
    if (server.power === "stopped") return this.#power.off(signal);
    await this.#power.on(server, signal);
    await this.#openPorts(record.network.address, signal);
  }

  async #openPorts(address: string, signal: AbortSignal): Promise<void> {
    const { process } = this.#power;
    if (process === undefined || process.runState === "broken") return;
    try {
      await this.#ports.open(process.control, address, signal);
    } catch (error) {
      // A lost connection or process is noticed by itself, and then the server is looked at again.
      if (process.alive && !process.control.closed) throw error;
    }
  }

  /** Makes the machine, if there is room for it. */
  async #create(server: DesiredServer, signal: AbortSignal): Promise<void> {
    const plan = await planDisk(server, this.#site.images);
    const record = newRecord(server, plan);
    const shortage = await this.#share.reserve(record, server.power);
    this.#condition.queued = shortage ?? false;
    if (shortage !== undefined) return;
    try {
      await this.#share.assertDiskSpace();
      await makeMachine({ server, plan, record }, this.#site, this.#records, signal);
    } catch (error) {
      this.#share.release();
      throw error;
    }
  }

  async #replaceDisk(server: DesiredServer, signal: AbortSignal): Promise<void> {
    await this.#share.assertDiskSpace();
    const plan = await planDisk(server, this.#site.images);
    await makeNextDisk(plan, this.#site, signal);
    await this.#power.end(signal);
    this.#ports.closed();
    const { record } = this.#records;
    if (record === undefined) return;
    await takeNextDisk({ server, plan, record }, this.#site, this.#records);
    this.#share.rest({ ...record, diskBytes: plan.diskBytes });
    this.#condition.fault = undefined;
  }

  #noteExit(): void {
    this.#console.close();
    this.#ports.closed();
  }

  #inBackground(work: () => Promise<void>): void {
    this.#work.run(work).catch((err: unknown) => {
      this.#site.log.error({ err, server: this.ref.id }, "following a machine failed");
    });
  }

  #assertUsable(signal: AbortSignal): void {
    signal.throwIfAborted();
    if (this.#condition.activity === "removal") {
      throw new Problem("not_found", "the machine is being removed");
    }
  }

  #changed(): void {
    this.#site.changed(this.ref);
  }
}

const UNREADABLE: MachineFault = {
  reason: "create_failed",
  message: "the machine's record on this host is damaged; delete the server and create it again",
};
