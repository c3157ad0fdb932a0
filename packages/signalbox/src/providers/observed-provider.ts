import type { Duplex } from "node:stream";
import { type Log, Problem } from "@signalbox/base";
import type { RebootMode } from "../model/server.ts";
import type { MachineCensus } from "./machine-census.ts";
import type { ObserveCall } from "./observed-call.ts";
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
} from "./provider.ts";

export interface ProviderObservers {
  readonly log: Log;
  readonly observe: ObserveCall;
  readonly census: MachineCensus;
}

/**
 * A provider whose calls are timed and traced, and whose machines are counted: as calls answer, which
 * each resync makes for every server, and as they change by themselves.
 */
export class ObservedProvider implements Provider {
  readonly type: Provider["type"];
  readonly capabilities: ProviderCapabilities;
  readonly #provider: Provider;
  readonly #observe: ObserveCall;
  readonly #census: MachineCensus;
  readonly #log: Log;
  readonly #lifetime = new AbortController();

  constructor(provider: Provider, { log, observe, census }: ProviderObservers) {
    this.type = provider.type;
    this.capabilities = provider.capabilities;
    this.#provider = provider;
    this.#observe = observe;
    this.#census = census;
    this.#log = log;
  }

  get defaults(): Provider["defaults"] {
    return this.#provider.defaults;
  }

  async start(options: CallOptions): Promise<void> {
    await this.#observe("start", () => this.#provider.start(options));
    this.#provider.onMachineChange((ref) => void this.#look(ref));
  }

  close(): Promise<void> {
    this.#lifetime.abort();
    return this.#provider.close();
  }

  health(): ProviderHealth {
    return this.#provider.health();
  }

  onMachineChange(listener: MachineListener): () => void {
    return this.#provider.onMachineChange(listener);
  }

  ensureNetwork(network: DesiredNetwork, options: CallOptions): Promise<void> {
    return this.#observe("ensureNetwork", () => this.#provider.ensureNetwork(network, options));
  }

  removeNetwork(networkId: string, options: CallOptions): Promise<void> {
    return this.#observe("removeNetwork", () => this.#provider.removeNetwork(networkId, options));
  }

  ensureSecurityGroup(group: DesiredSecurityGroup, options: CallOptions): Promise<void> {
    return this.#observe("ensureSecurityGroup", () =>
      this.#provider.ensureSecurityGroup(group, options),
    );
  }

  removeSecurityGroup(groupId: string, options: CallOptions): Promise<void> {
    return this.#observe("removeSecurityGroup", () =>
      this.#provider.removeSecurityGroup(groupId, options),
    );
  }

  listServers(options: CallOptions): Promise<readonly ServerRef[]> {
    return this.#observe("listServers", () => this.#provider.listServers(options));
  }

  ensureServer(server: DesiredServer, options: CallOptions): Promise<MachineState> {
    return this.#seen("ensureServer", server, () => this.#provider.ensureServer(server, options));
  }

  observeServer(ref: ServerRef, options: CallOptions): Promise<MachineState> {
    return this.#seen("observeServer", ref, () => this.#provider.observeServer(ref, options));
  }

  async removeServer(ref: ServerRef, options: CallOptions): Promise<void> {
    await this.#observe("removeServer", () => this.#provider.removeServer(ref, options));
    this.#census.removed(ref);
  }

  rebootServer(ref: ServerRef, mode: RebootMode, options: CallOptions): Promise<void> {
    return this.#observe("rebootServer", () => this.#provider.rebootServer(ref, mode, options));
  }

  rebuildServer(server: DesiredServer, options: CallOptions): Promise<MachineState> {
    return this.#seen("rebuildServer", server, () => this.#provider.rebuildServer(server, options));
  }

  consoleOutput(ref: ServerRef, lines: number | undefined, options: CallOptions): Promise<string> {
    return this.#observe("consoleOutput", () => this.#provider.consoleOutput(ref, lines, options));
  }

  openConsole(ref: ServerRef, options: CallOptions): Promise<Duplex> {
    return this.#observe("openConsole", () => this.#provider.openConsole(ref, options));
  }

  importImage(request: ImageImport, options: CallOptions): Promise<StoredImage> {
    return this.#observe("importImage", () => this.#provider.importImage(request, options));
  }

  snapshotServer(
    ref: ServerRef,
    imageId: string,
    options: CallOptions & { readonly onProgress: (percent: number) => void },
  ): Promise<StoredImage> {
    return this.#observe("snapshotServer", () =>
      this.#provider.snapshotServer(ref, imageId, options),
    );
  }

  removeImage(imageId: string, options: CallOptions): Promise<void> {
    return this.#observe("removeImage", () => this.#provider.removeImage(imageId, options));
  }

  /** Asked for with each call to a machine: it is looked up, not waited for. */
  agentAddress(serverId: string): string | undefined {
    return this.#provider.agentAddress?.(serverId);
  }

  async #seen(
    name: string,
    ref: ServerRef,
    call: () => Promise<MachineState>,
  ): Promise<MachineState> {
    try {
      const state = await this.#observe(name, call);
      this.#census.saw(ref, state);
      return state;
    } catch (error) {
      if (Problem.is(error, "not_found")) this.#census.removed(ref);
      throw error;
    }
  }

  /** What changes outside of calls is asked for, whether or not a reconciler gets round to it. */
  async #look(ref: ServerRef): Promise<void> {
    const { signal } = this.#lifetime;
    try {
      for (let removals = -1; removals !== this.#census.removals; ) {
        removals = this.#census.removals;
        const state = await this.#provider.observeServer(ref, { signal });
        // A machine that is removed meanwhile must not be counted for ever.
        if (removals === this.#census.removals) this.#census.saw(ref, state);
      }
    } catch (err) {
      // Most often it has been removed meanwhile.
      if (!signal.aborted) this.#log.debug({ err, server: ref.id }, "a machine was not counted");
    }
  }
}
