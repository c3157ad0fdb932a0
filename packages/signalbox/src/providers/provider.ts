import type { Duplex } from "node:stream";
import type { Architecture, Flavor } from "../model/flavor.ts";
import type { Image, ImageFormat } from "../model/image.ts";
import type { ExternalNetwork, RegionType } from "../model/region.ts";
import type { Route } from "../model/network.ts";
import type { SecurityGroupRule } from "../model/security-group.ts";
import type { DesiredPower, RebootMode } from "../model/server.ts";
import type { MachineFault } from "./machine-fault.ts";

/** What a provider can do. What it cannot do is refused or said in a condition, never swallowed. */
export interface ProviderCapabilities {
  readonly architectures: readonly Architecture[];
  readonly console: boolean;
  readonly consoleOutput: boolean;
  readonly snapshots: boolean;
  readonly rebuild: boolean;
  readonly publicAddresses: boolean;
  /** Pinning to a physical host (`infrastructureRef`). */
  readonly pinning: boolean;
  readonly ingressRules: boolean;
  readonly egressRules: boolean;
  /** Machines of one network reach each other. */
  readonly machineToMachine: boolean;
  readonly allowedSourceAddresses: boolean;
  readonly imageFormats: readonly ImageFormat[];
}

export interface CallOptions {
  /** Abandons the call; what was begun is converged by the next one. */
  readonly signal: AbortSignal;
}

export interface ServerRef {
  readonly id: string;
  /** Tells apart two servers that had the same id one after another. */
  readonly incarnation: string;
}

export interface DesiredNetwork {
  readonly id: string;
  /** IPv4 CIDR. */
  readonly prefix: string;
  readonly gateway: string;
  /** First and last address that servers may be given. */
  readonly pool: { readonly first: string; readonly last: string };
  readonly dnsNameservers: readonly string[];
  readonly routes: readonly Route[];
}

export interface DesiredSecurityGroup {
  readonly id: string;
  readonly networkId: string;
  readonly rules: readonly SecurityGroupRule[];
}

/** Everything that a machine is made from. Plain data: the provider asks nobody anything. */
export interface DesiredServer extends ServerRef {
  /** Host name and display name. */
  readonly name: string;
  readonly flavor: Flavor;
  readonly image: { readonly id: string; readonly digest?: string; readonly virtualBytes: number };
  readonly network: DesiredNetwork;
  readonly privateIP: string;
  readonly macAddress: string;
  readonly publicIP?: string;
  /** Rules of all its groups, together. */
  readonly rules: readonly SecurityGroupRule[];
  readonly allowedSourceAddresses: readonly string[];
  /** As the guest is to see it, SSH authority merged in. */
  readonly userData?: Buffer;
  readonly infrastructureRef?: string;
  readonly power: DesiredPower;
}

export type MachinePower =
  /** Accepted, waiting for capacity or for its turn. */
  | "queued"
  /** Being made or booting. */
  | "building"
  | "running"
  | "stopping"
  /**
   * Off. When it should run and there is no fault, the guest shut itself down, and the server
   * becomes a stopped one. A machine that died has the fault `exited` and is started again.
   */
  | "stopped"
  /** Cannot be used; `fault` says why. */
  | "failed";

/** Something asked for that is not carried out. Becomes a condition on the resource. */
export interface MachineNotice {
  readonly kind: "limited" | "warning";
  readonly reason: "Unsupported" | "PortNotForwarded";
  readonly message: string;
}

/** What a provider sees of a machine now. The reconciler folds it into status. */
export interface MachineState {
  readonly power: MachinePower;
  /** Image that the disk was made from. */
  readonly imageId?: string;
  /** A rebuild or snapshot is under way. */
  readonly task?: "rebuild" | "snapshot";
  /** A reboot has begun, and the machine has not been started again yet. */
  readonly rebooting?: true;
  /** When the guest first ran; milliseconds since the epoch. */
  readonly launchedAtMs?: number;
  readonly macAddress?: string;
  readonly fault?: MachineFault;
  readonly notices: readonly MachineNotice[];
}

export interface ImageImport {
  readonly imageId: string;
  /** `file:` or `http(s):`, already checked against the allow-list. */
  readonly uri: string;
  readonly sha256?: string;
  readonly format: ImageFormat;
  readonly onProgress: (percent: number) => void;
}

/** A base image that is ready to use. */
export interface StoredImage {
  readonly digest: string;
  readonly virtualBytes: number;
}

export interface ProviderHealth {
  readonly usable: boolean;
  /** One line for the operator: what is wrong and what to do, or how machines are run. */
  readonly message: string;
}

/** Something about a machine changed outside a call: it booted, stopped, died. */
export type MachineListener = (ref: ServerRef) => void;

/**
 * What runs machines. `ensure…` methods take the whole desired state, converge towards it as far
 * as they can without waiting long, and answer what they see; they may be called at any time and
 * any number of times. `remove…` methods are unconditional and idempotent: absent is success.
 * Arguments are never changed.
 *
 * Every method may throw a Problem: `not_found`, `conflict`, `no_capacity` (with
 * `retryAfterMs`), `provider_unavailable`, `provider_unsupported`, `unprocessable` (will not get
 * better by trying again). Anything else is a fault of the provider and is tried again.
 */
export interface Provider {
  readonly type: RegionType;
  readonly capabilities: ProviderCapabilities;
  /** What a region of this type offers unless the operator says otherwise. */
  readonly defaults: {
    readonly flavors: readonly Flavor[];
    readonly externalNetworks: readonly ExternalNetwork[];
    readonly publicPrefix?: string;
    /** Images that every region of this type starts with. */
    readonly images: readonly BuiltinImage[];
  };
  /** Gets ready and finds again the machines that run already. */
  start(options: CallOptions): Promise<void>;
  /** Lets go of everything. Machines stay as they are. */
  close(): Promise<void>;
  health(): ProviderHealth;
  /** Calls the listener until the answer is called. */
  onMachineChange(listener: MachineListener): () => void;

  ensureNetwork(network: DesiredNetwork, options: CallOptions): Promise<void>;
  removeNetwork(networkId: string, options: CallOptions): Promise<void>;
  ensureSecurityGroup(group: DesiredSecurityGroup, options: CallOptions): Promise<void>;
  removeSecurityGroup(groupId: string, options: CallOptions): Promise<void>;

  /** Every machine that exists here, for the clean-up of those that nobody wants any more. */
  listServers(options: CallOptions): Promise<readonly ServerRef[]>;
  /**
   * Creates the machine, or converges ports, addresses, rules and power. Never its image. A machine
   * that should run, is off and has run before is started, be it `stopped` or `failed`.
   */
  ensureServer(server: DesiredServer, options: CallOptions): Promise<MachineState>;
  /** @throws Problem `not_found` */
  observeServer(ref: ServerRef, options: CallOptions): Promise<MachineState>;
  /** Stops the machine if need be and removes every trace of it. */
  removeServer(ref: ServerRef, options: CallOptions): Promise<void>;
  /** @throws Problem `not_found`, `conflict` when it is not running */
  rebootServer(ref: ServerRef, mode: RebootMode, options: CallOptions): Promise<void>;
  /**
   * Replaces the root disk by one made from `server.image`; addresses stay. A failure after the call
   * has ended is the fault `rebuild_failed`, with `imageId` still telling what the disk is of.
   *
   * @throws Problem `not_found`, `conflict` while something else is done to the disk
   */
  rebuildServer(server: DesiredServer, options: CallOptions): Promise<MachineState>;

  /** The last `lines` lines of serial output; all that is kept without it. */
  consoleOutput(ref: ServerRef, lines: number | undefined, options: CallOptions): Promise<string>;
  /** A live serial console: what is written reaches the guest. @throws Problem `conflict` */
  openConsole(ref: ServerRef, options: CallOptions): Promise<Duplex>;

  /** Fetches, checks and stores an image under its digest. Resumable by calling again. */
  importImage(request: ImageImport, options: CallOptions): Promise<StoredImage>;
  /** Stores a copy of the server's disk, running or stopped, as a new image. */
  snapshotServer(
    ref: ServerRef,
    imageId: string,
    options: CallOptions & { readonly onProgress: (percent: number) => void },
  ): Promise<StoredImage>;
  removeImage(imageId: string, options: CallOptions): Promise<void>;

  /**
   * Where the agent in a machine is dialled, `host:port`; undefined while there is no way to it.
   * Absent: machines of this type have no agents.
   */
  agentAddress?(serverId: string): string | undefined;
}

/** An image that comes with a provider. Its reconcile fetches it like any other when it can. */
export interface BuiltinImage {
  readonly id: string;
  readonly name: string;
  readonly spec: Image["spec"];
  readonly virtualBytes: number;
  /** A file to import; absent: the provider knows the image by its id. */
  readonly path?: string;
  readonly createdAtMs: number;
}
