import { createHash } from "node:crypto";
import type { Duplex } from "node:stream";
import { type Clock, type Log, Problem } from "@signalbox/base";
import type { RebootMode } from "../../model/server.ts";
import { noticesOf, requireCapability, requireServable } from "../capability-check.ts";
import { lastLines } from "../last-lines.ts";
import type { MachineFault } from "../machine-fault.ts";
import type {
  CallOptions,
  DesiredNetwork,
  DesiredSecurityGroup,
  DesiredServer,
  ImageImport,
  MachineListener,
  MachineState,
  Provider,
  ProviderCapabilities,
  ProviderHealth,
  ServerRef,
  StoredImage,
} from "../provider.ts";
import {
  SIMULATED_EXTERNAL_NETWORKS,
  SIMULATED_FLAVORS,
  SIMULATED_IMAGES,
  SIMULATED_PUBLIC_PREFIX,
} from "./catalogue.ts";
import { consoleText } from "./console-text.ts";
import { DEFAULT_DELAYS, type SimulatedDelays } from "./delays.ts";
import { FaultInjector, type FaultRule, type FaultyMethod } from "./faults.ts";
import { type Journal, noJournal } from "./journal.ts";
import { createLiveConsole } from "./live-console.ts";
import type { Machine } from "./machine.ts";
import {
  converge,
  createMachine,
  exitMachine,
  reboot,
  rebuild,
  shutDownMachine,
} from "./machine-life.ts";
import { machineStateOf } from "./machine-state.ts";
import { SIMULATED_CAPABILITIES } from "./simulated-capabilities.ts";
import { SnapshotMarks } from "./snapshot-marks.ts";
import { World } from "./world.ts";

export interface SimulatedProviderDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Default: nothing outlives the process. */
  readonly journal?: Journal;
}

export interface SimulatedProviderOptions {
  readonly delays?: Partial<SimulatedDelays>;
  /** Default: it can do everything. */
  readonly capabilities?: Partial<ProviderCapabilities>;
  /** In force from the start. */
  readonly faults?: readonly FaultRule[];
}

/** What every imported image is said to hold; its source is not read (compute-api §5.2). */
const IMPORTED_BYTES = 10 * 2 ** 30;
const PROGRESS_STEPS = 4;

/**
 * Machines that exist in this process only, but live as real ones do: they take time over
 * everything, fail when told to, and with a journal they outlive the daemon.
 *
 * @example
 * ```ts
 * const provider = new SimulatedProvider({ clock, log }, { delays: { bootMs: 10 } });
 * provider.faults.inject({ on: "importImage", effect: checksumMismatch(uri), times: 1 });
 * ```
 */
export class SimulatedProvider implements Provider {
  readonly type = "simulated";
  readonly capabilities: ProviderCapabilities;
  readonly defaults: Provider["defaults"] = {
    flavors: SIMULATED_FLAVORS,
    externalNetworks: SIMULATED_EXTERNAL_NETWORKS,
    publicPrefix: SIMULATED_PUBLIC_PREFIX,
    images: SIMULATED_IMAGES,
  };
  /** What goes wrong, on purpose. */
  readonly faults: FaultInjector = new FaultInjector();

  readonly #clock: Clock;
  readonly #log: Log;
  readonly #journal: Journal;
  readonly #delays: SimulatedDelays;
  readonly #world: World;
  readonly #listeners = new Set<MachineListener>();
  readonly #snapshots = new SnapshotMarks();
  #state: "new" | "open" | "closed" = "new";

  constructor(deps: SimulatedProviderDeps, options: SimulatedProviderOptions = {}) {
    this.#clock = deps.clock;
    this.#log = deps.log;
    this.#journal = deps.journal ?? noJournal;
    this.#delays = { ...DEFAULT_DELAYS, ...options.delays };
    this.capabilities = Object.freeze({ ...SIMULATED_CAPABILITIES, ...options.capabilities });
    for (const rule of options.faults ?? []) this.faults.inject(rule);
    this.#world = new World({
      clock: this.#clock,
      journal: this.#journal,
      delays: this.#delays,
      faults: this.faults,
      onChange: (ref) => this.#notify(ref),
    });
  }

  async start({ signal }: CallOptions): Promise<void> {
    signal.throwIfAborted();
    if (this.#state !== "new") throw new Problem("internal", "the provider was started before");
    await this.#world.open();
    this.#state = "open";
    this.#log.info({ machines: this.#world.refs().length }, "simulated machines found again");
  }

  async close(): Promise<void> {
    if (this.#state !== "open") return;
    this.#state = "closed";
    this.#listeners.clear();
    await this.#world.close();
  }

  health(): ProviderHealth {
    if (this.#state === "open") return { usable: true, message: "machines are simulated" };
    return { usable: false, message: "the simulated provider is not running" };
  }

  onMachineChange(listener: MachineListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  // Networks and groups need no work: machines carry what they need of them (compute-api §5.2).

  ensureNetwork(_network: DesiredNetwork, { signal }: CallOptions): Promise<void> {
    return this.#call("ensureNetwork", signal, () => {});
  }

  removeNetwork(_networkId: string, { signal }: CallOptions): Promise<void> {
    return this.#call("removeNetwork", signal, () => {});
  }

  ensureSecurityGroup(_group: DesiredSecurityGroup, { signal }: CallOptions): Promise<void> {
    return this.#call("ensureSecurityGroup", signal, () => {});
  }

  removeSecurityGroup(_groupId: string, { signal }: CallOptions): Promise<void> {
    return this.#call("removeSecurityGroup", signal, () => {});
  }

  listServers({ signal }: CallOptions): Promise<readonly ServerRef[]> {
    return this.#call("listServers", signal, () => this.#world.refs());
  }

  ensureServer(server: DesiredServer, { signal }: CallOptions): Promise<MachineState> {
    return this.#call("ensureServer", signal, () => {
      requireServable(this.capabilities, server);
      const notices = noticesOf(this.capabilities, server);
      const machine = this.#findUsable(server) ?? this.#create(server);
      return this.#put(converge(machine, server, notices, this.#delays, this.#clock.now()));
    });
  }

  observeServer(ref: ServerRef, { signal }: CallOptions): Promise<MachineState> {
    return this.#call("observeServer", signal, () => this.#stateOf(this.#world.get(ref)));
  }

  removeServer(ref: ServerRef, { signal }: CallOptions): Promise<void> {
    return this.#call("removeServer", signal, () => this.#world.remove(ref));
  }

  rebootServer(ref: ServerRef, mode: RebootMode, { signal }: CallOptions): Promise<void> {
    return this.#call("rebootServer", signal, () => {
      const machine = this.#world.get(ref);
      const { name } = machine.phase;
      if (name !== "running" && name !== "rebooting") {
        throw new Problem("conflict", `the machine is ${name}, not running`);
      }
      this.#put(reboot(machine, mode, this.#delays, this.#clock.now()));
    });
  }

  rebuildServer(server: DesiredServer, { signal }: CallOptions): Promise<MachineState> {
    return this.#call("rebuildServer", signal, () => {
      requireCapability(this.capabilities.rebuild, "rebuild a server");
      const machine = this.#world.get(server);
      const { phase } = machine;
      if (phase.name === "rebuilding" && phase.disk.imageId === server.image.id) {
        return this.#stateOf(machine);
      }
      if (phase.name === "queued" || phase.name === "building" || phase.name === "stopping") {
        throw new Problem("conflict", `the machine is ${phase.name}; try again when it is not`);
      }
      const disk = this.#world.diskOf(server.image.id);
      if (disk === undefined) throw new Problem("unprocessable", imageMissing(server).message);
      return this.#put(rebuild(machine, server, disk, this.#delays, this.#clock.now()));
    });
  }

  consoleOutput(
    ref: ServerRef,
    lines: number | undefined,
    { signal }: CallOptions,
  ): Promise<string> {
    return this.#call("consoleOutput", signal, () => {
      requireCapability(this.capabilities.consoleOutput, "show console output");
      return lastLines(consoleText(this.#world.get(ref), this.#clock.now()), lines);
    });
  }

  openConsole(ref: ServerRef, { signal }: CallOptions): Promise<Duplex> {
    return this.#call("openConsole", signal, () => {
      requireCapability(this.capabilities.console, "open a console");
      const machine = this.#world.get(ref);
      if (!isOn(machine)) throw new Problem("conflict", "the machine is off: start it first");
      const live = createLiveConsole(machine.name, consoleText(machine, this.#clock.now()));
      this.#world.attach(ref, live);
      return live.stream;
    });
  }

  importImage(request: ImageImport, { signal }: CallOptions): Promise<StoredImage> {
    return this.#call("importImage", signal, async () => {
      const able = this.capabilities.imageFormats.includes(request.format);
      requireCapability(able, `import images in the format ${request.format}`);
      const present = this.#world.image(request.imageId);
      if (present !== undefined) return storedImageOf(present);
      await this.#progress(this.#delays.importMs, request.onProgress, signal);
      const digest = `sha256:${request.sha256 ?? sha256(request.uri)}`;
      const disk = { imageId: request.imageId, hosts: [] };
      const image = { digest, virtualBytes: IMPORTED_BYTES, disk };
      this.#world.putImage(request.imageId, image);
      return storedImageOf(image);
    });
  }

  snapshotServer(
    ref: ServerRef,
    imageId: string,
    { signal, onProgress }: CallOptions & { readonly onProgress: (percent: number) => void },
  ): Promise<StoredImage> {
    return this.#call("snapshotServer", signal, async () => {
      requireCapability(this.capabilities.snapshots, "take snapshots");
      const present = this.#world.image(imageId);
      if (present !== undefined) return storedImageOf(present);
      const { disk, phase } = this.#world.get(ref);
      if (phase.name !== "running" && phase.name !== "stopped") {
        throw new Problem("conflict", `the machine is ${phase.name}; try again when it is not`);
      }
      using _ = this.#snapshots.mark(ref);
      await this.#progress(this.#delays.snapshotMs, onProgress, signal);
      const virtualBytes = this.#virtualBytesOf(disk.imageId);
      const digest = `sha256:${sha256(JSON.stringify([imageId, disk]))}`;
      const image = { digest, virtualBytes, disk };
      this.#world.putImage(imageId, image);
      return storedImageOf(image);
    });
  }

  removeImage(imageId: string, { signal }: CallOptions): Promise<void> {
    return this.#call("removeImage", signal, () => this.#world.removeImage(imageId));
  }

  /** Makes a machine stop by itself, as if its process had died. */
  exit(ref: ServerRef, message = "the machine's process ended unexpectedly"): void {
    const machine = this.#world.get(ref);
    if (!isOn(machine)) throw new Problem("conflict", "the machine is off");
    this.#put(exitMachine(machine, message, this.#clock.now()));
    this.#notify(ref);
  }

  /**
   * Makes a guest shut itself down, as `poweroff` inside it would.
   *
   * @throws Problem `not_found`, `conflict` when no guest runs
   */
  shutDown(ref: ServerRef): void {
    const machine = this.#world.get(ref);
    const { name } = machine.phase;
    if (name !== "running") throw new Problem("conflict", `the machine is ${name}, not running`);
    this.#put(shutDownMachine(machine, this.#clock.now()));
    this.#notify(ref);
  }

  /** What holds for every call: it can be aborted and made to fail, and what it did is kept. */
  async #call<R>(
    method: FaultyMethod,
    signal: AbortSignal,
    body: () => R | Promise<R>,
  ): Promise<R> {
    signal.throwIfAborted();
    await this.faults.strike(method, this.#clock, signal);
    if (this.#state !== "open") {
      throw new Problem("provider_unavailable", "the simulated provider is not running");
    }
    const result = await body();
    await this.#journal.flush();
    return result;
  }

  /** The machine; not one that only waits for an image that has come by now. */
  #findUsable(server: DesiredServer): Machine | undefined {
    const machine = this.#world.find(server);
    const { phase } = machine ?? {};
    const waits = phase?.name === "failed" && phase.fault.reason === "image_missing";
    return waits && this.#world.diskOf(server.image.id) !== undefined ? undefined : machine;
  }

  #create(server: DesiredServer): Machine {
    const disk = this.#world.diskOf(server.image.id) ?? imageMissing(server);
    return createMachine(server, disk, this.#delays, this.#clock.now());
  }

  #put(machine: Machine): MachineState {
    this.#world.put(machine);
    return this.#stateOf(machine);
  }

  #stateOf(machine: Machine): MachineState {
    return machineStateOf(machine, this.#snapshots.has(machine));
  }

  #virtualBytesOf(imageId: string): number {
    const builtin = SIMULATED_IMAGES.find((image) => image.id === imageId);
    return builtin?.virtualBytes ?? this.#world.image(imageId)?.virtualBytes ?? IMPORTED_BYTES;
  }

  async #progress(
    ms: number,
    onProgress: (percent: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    for (let step = 1; step <= PROGRESS_STEPS; step++) {
      await this.#clock.sleep(ms / PROGRESS_STEPS, { signal });
      onProgress((100 * step) / PROGRESS_STEPS);
    }
  }

  #notify(ref: ServerRef): void {
    for (const listener of this.#listeners) {
      try {
        listener(ref);
      } catch (error) {
        this.#log.error({ err: error, server: ref.id }, "a listener for machines threw");
      }
    }
  }
}

function imageMissing(server: DesiredServer): MachineFault {
  const message = `the image ${server.image.id} is not here; import it again or choose another`;
  return { reason: "image_missing", message };
}

function isOn(machine: Machine): boolean {
  const { name } = machine.phase;
  return name === "running" || name === "booting" || name === "rebooting" || name === "stopping";
}

function storedImageOf({ digest, virtualBytes }: StoredImage): StoredImage {
  return { digest, virtualBytes };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
