import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { type Clock, type Log, type Metrics, Problem, type Random } from "@signalbox/base";
import type { RebootMode } from "../../model/server.ts";
import type { AgentAccess } from "../agent-access.ts";
import { requireServable } from "../capability-check.ts";
import type {
  CallOptions,
  DesiredNetwork,
  DesiredSecurityGroup,
  DesiredServer,
  ImageImport,
  MachineListener,
  MachineState,
  Provider,
  ProviderHealth,
  ServerRef,
  StoredImage,
} from "../provider.ts";
import { AccelerationChooser } from "./acceleration/acceleration-chooser.ts";
import { describeBuiltinImages, guestImageAdvice } from "./builtin-image.ts";
import { readHostSupply } from "./capacity/host-supply.ts";
import { Ledger } from "./capacity/ledger.ts";
import { Slots } from "./capacity/slots.ts";
import { ImageStore } from "./disk/image-store.ts";
import { importImage } from "./disk/import-image.ts";
import { QemuImg } from "./disk/qemu-img.ts";
import { toMachineFailure } from "./machine/machine-failure.ts";
import { MachineFleet } from "./machine/machine-fleet.ts";
import { planUserNetwork } from "./network/user-network.ts";
import { findPrograms, type Programs } from "./process/find-programs.ts";
import { QEMU_CAPABILITIES } from "./qemu-capabilities.ts";
import { type QemuOptions, type QemuSettings, resolveQemuSettings } from "./qemu-settings.ts";

export interface QemuProviderDeps {
  /** Where images and machines are kept, `DATA/providers/REGION`. */
  readonly directory: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly settings?: QemuOptions;
  /** Absent: agents of machines are not reached. */
  readonly agents?: AgentAccess | undefined;
}

/**
 * Real machines on this host, each a QEMU process that outlives the daemon (docs/qemu.md).
 *
 * @example
 * ```ts
 * const provider = createQemuProvider({ directory, clock, random, log, metrics });
 * await provider.start({ signal });
 * ```
 */
export function createQemuProvider(deps: QemuProviderDeps): Provider {
  return new QemuProvider(deps, resolveQemuSettings(deps.settings ?? {}));
}

class QemuProvider implements Provider {
  readonly type = "qemu";
  readonly capabilities = QEMU_CAPABILITIES;
  readonly #deps: QemuProviderDeps;
  readonly #settings: QemuSettings;
  readonly #images: ImageStore;
  readonly #qemuImg: QemuImg;
  readonly #fleet: MachineFleet;
  readonly #chooser: AccelerationChooser;
  readonly #listeners = new Set<MachineListener>();
  readonly #lifetime = new AbortController();
  #programs: Programs = { missing: "the qemu provider has not started" };
  #state: "new" | "open" | "closed" = "new";
  #choosing: Promise<void> = Promise.resolve();

  constructor(deps: QemuProviderDeps, settings: QemuSettings) {
    const { directory, clock, log, random } = deps;
    this.#deps = deps;
    this.#settings = settings;
    this.#images = new ImageStore(directory, log);
    this.#qemuImg = new QemuImg({
      program: settings.qemuImgProgram,
      searchPath: settings.searchPath,
      clock,
      slots: new Slots(settings.maxImageJobs),
      timeoutMs: settings.imageJobTimeoutMs,
    });
    const shared = { directory, clock, log, random, settings, qemuImg: this.#qemuImg };
    this.#chooser = new AccelerationChooser(shared);
    this.#fleet = new MachineFleet(join(directory, "machines"), {
      ...shared,
      agents: deps.agents,
      dataDirectory: directory,
      images: this.#images,
      ledger: new Ledger(),
      bootSlots: new Slots(settings.maxBoots),
      supply: () => readHostSupply(directory, settings.supply),
      acceleration: () => this.#chooser.acceleration,
      changed: (ref) => this.#notify(ref),
      freed: () => this.#notifyQueued(),
    });
  }

  get defaults(): Provider["defaults"] {
    return {
      flavors: this.#settings.flavors,
      externalNetworks: [],
      publicPrefix: this.#settings.publicPrefix,
      images: describeBuiltinImages(this.#settings),
    };
  }

  async start({ signal }: CallOptions): Promise<void> {
    signal.throwIfAborted();
    if (this.#state !== "new") throw new Problem("internal", "the provider was started before");
    await mkdir(this.#deps.directory, { recursive: true, mode: 0o700 });
    this.#programs = await findPrograms(this.#settings, { ...this.#deps, signal });
    await this.#images.open();
    await this.#fleet.open();
    await this.#images.collect(() => this.#fleet.imageDigests());
    this.#state = "open";
    this.#deps.log.info({ machines: this.#fleet.refs.length }, "QEMU machines found again");
    this.#choosing = this.#chooseAcceleration();
  }

  async close(): Promise<void> {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#listeners.clear();
    this.#lifetime.abort(closed());
    await this.#choosing;
    await this.#fleet.close();
  }

  health(): ProviderHealth {
    if (this.#state !== "open") return { usable: false, message: closed().message };
    if ("missing" in this.#programs) return { usable: false, message: this.#programs.missing };
    const advice = guestImageAdvice(this.#settings.guestImagePath);
    const how = `QEMU ${this.#programs.version}: ${this.#chooser.message}`;
    return { usable: true, message: advice === undefined ? how : `${how}; ${advice}` };
  }

  onMachineChange(listener: MachineListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Networks have no existence of their own here; one that no machine could have is refused. */
  async ensureNetwork(network: DesiredNetwork, { signal }: CallOptions): Promise<void> {
    this.#assertOpen(signal);
    const plan = planUserNetwork(network, network.pool.first);
    if (!plan.ok) throw new Problem("unprocessable", `the network cannot be used: ${plan.error}`);
  }

  async removeNetwork(_networkId: string, { signal }: CallOptions): Promise<void> {
    this.#assertOpen(signal);
  }

  /** Machines carry the rules of their groups. */
  async ensureSecurityGroup(_group: DesiredSecurityGroup, { signal }: CallOptions): Promise<void> {
    this.#assertOpen(signal);
  }

  async removeSecurityGroup(_groupId: string, { signal }: CallOptions): Promise<void> {
    this.#assertOpen(signal);
  }

  async listServers({ signal }: CallOptions): Promise<readonly ServerRef[]> {
    this.#assertOpen(signal);
    return this.#fleet.refs;
  }

  async ensureServer(server: DesiredServer, { signal }: CallOptions): Promise<MachineState> {
    this.#assertOpen(signal);
    this.#assertPrograms();
    requireServable(this.capabilities, server);
    return this.#fleet.getOrAdd(server).ensure(server, signal);
  }

  async observeServer(ref: ServerRef, { signal }: CallOptions): Promise<MachineState> {
    this.#assertOpen(signal);
    return this.#fleet.get(ref).state();
  }

  async removeServer(ref: ServerRef, { signal }: CallOptions): Promise<void> {
    this.#assertOpen(signal);
    await this.#fleet.remove(ref, signal);
    await this.#images.collect(() => this.#fleet.imageDigests());
  }

  async rebootServer(ref: ServerRef, mode: RebootMode, { signal }: CallOptions): Promise<void> {
    this.#assertOpen(signal);
    await this.#fleet.get(ref).reboot(mode, signal);
  }

  async rebuildServer(server: DesiredServer, { signal }: CallOptions): Promise<MachineState> {
    this.#assertOpen(signal);
    this.#assertPrograms();
    requireServable(this.capabilities, server);
    const state = await this.#fleet.get(server).rebuild(server, signal);
    await this.#images.collect(() => this.#fleet.imageDigests());
    return state;
  }

  agentAddress(serverId: string): string | undefined {
    return this.#state === "open" ? this.#fleet.agentAddress(serverId) : undefined;
  }

  async consoleOutput(
    ref: ServerRef,
    lines: number | undefined,
    { signal }: CallOptions,
  ): Promise<string> {
    this.#assertOpen(signal);
    return this.#fleet.get(ref).consoleOutput(lines);
  }

  async openConsole(ref: ServerRef, { signal }: CallOptions): Promise<Duplex> {
    this.#assertOpen(signal);
    return this.#fleet.get(ref).openConsole(signal);
  }

  async importImage(request: ImageImport, { signal }: CallOptions): Promise<StoredImage> {
    this.#assertOpen(signal);
    this.#assertPrograms();
    const { clock, random } = this.#deps;
    const limits = this.#settings.imports;
    const parts = { clock, random, limits, images: this.#images, qemuImg: this.#qemuImg };
    return this.#store(request.imageId, () => importImage(request, parts, signal));
  }

  async snapshotServer(
    ref: ServerRef,
    imageId: string,
    { signal, onProgress }: CallOptions & { readonly onProgress: (percent: number) => void },
  ): Promise<StoredImage> {
    this.#assertOpen(signal);
    const machine = this.#fleet.get(ref);
    return this.#store(imageId, () => machine.snapshot({ imageId, signal, onProgress }));
  }

  async removeImage(imageId: string, { signal }: CallOptions): Promise<void> {
    this.#assertOpen(signal);
    await this.#images.forget(imageId);
    await this.#images.collect(() => this.#fleet.imageDigests());
  }

  /** An image that is there is not made again; and failures are Problems here, not faults. */
  async #store(imageId: string, make: () => Promise<StoredImage>): Promise<StoredImage> {
    const present = this.#images.find(imageId);
    if (present !== undefined) return present;
    try {
      return await make();
    } catch (error) {
      throw toProblem(error);
    }
  }

  async #chooseAcceleration(): Promise<void> {
    if ("missing" in this.#programs) return;
    try {
      await this.#chooser.choose(this.#programs.version, this.#lifetime.signal);
      this.#notifyQueued();
    } catch (err) {
      if (!this.#lifetime.signal.aborted) this.#deps.log.error({ err }, "choosing failed");
    }
  }

  #assertOpen(signal: AbortSignal): void {
    signal.throwIfAborted();
    if (this.#state !== "open") throw closed();
  }

  #assertPrograms(): void {
    if (!("missing" in this.#programs)) return;
    throw new Problem("provider_unavailable", this.#programs.missing, { retryAfterMs: 60_000 });
  }

  #notify(ref: ServerRef): void {
    for (const listener of this.#listeners) listener(ref);
  }

  #notifyQueued(): void {
    for (const ref of this.#fleet.queued) this.#notify(ref);
  }
}

function closed(): Problem {
  return new Problem("provider_unavailable", "the qemu provider is not running");
}

function toProblem(error: unknown): unknown {
  const failure = error instanceof Problem ? undefined : toMachineFailure(error);
  if (failure === undefined) return error;
  const { reason, message } = failure.fault;
  const options = { cause: error };
  switch (reason) {
    case "disk_full":
    case "no_capacity":
      return new Problem("no_capacity", message, { ...options, retryAfterMs: 60_000 });
    case "image_corrupt":
    case "image_missing":
      return new Problem("unprocessable", message, options);
    default:
      return new Problem("provider_unavailable", message, options);
  }
}
