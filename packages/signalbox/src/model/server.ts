import type { Flavor } from "./flavor.ts";
import type { ProjectMetadata } from "./metadata.ts";

export type PowerState = "Pending" | "Queued" | "Building" | "Running" | "Stopping" | "Stopped";
export type SshInjection = "ca" | "identityKeypair" | "none";
export type DesiredPower = "running" | "stopped";
export type RebootMode = "soft" | "hard";
export type RebuildState = "Initiated" | "Rebuilding" | "Succeeded" | "Failed";

export interface ServerNetworking {
  readonly securityGroups?: readonly string[];
  readonly publicIP?: true;
  readonly allowedSourceAddresses?: readonly string[];
}

export interface ServerSpec {
  readonly flavorId: string;
  readonly imageId: string;
  readonly networking: ServerNetworking;
  /** Standard base64, byte for byte as it was sent. */
  readonly userData?: string;
  readonly sshCertificateAuthorityId?: string;
  readonly sshInjection: SshInjection;
  readonly infrastructureRef?: string;
}

/** What the caller wants of the machine's power; written by the API, carried out by reconcile. */
export interface ServerPower {
  readonly desired: DesiredPower;
  /** A reboot not yet carried out. A new `id` asks for another one. */
  readonly reboot?: { readonly id: string; readonly mode: RebootMode };
}

/** Marker of a destructive rebuild (compute-api §3.9). */
export interface Rebuild {
  readonly targetImageId: string;
  readonly state: RebuildState;
  readonly startedAt: string;
}

/** What was observed; written by the server reconciler alone. */
export interface ServerStatus {
  readonly powerState?: PowerState;
  readonly privateIP?: string;
  readonly publicIP?: string;
  readonly macAddress?: string;
  /** The image that the machine's disk was made from. */
  readonly imageId?: string;
  readonly rebuild?: Rebuild;
  /** Id of the last reboot that was begun. */
  readonly rebootedId?: string;
  /** That reboot is not over: the guest does not run again yet. */
  readonly rebooting?: true;
  readonly scheduledAt?: string;
  readonly launchedAt?: string;
  /** Latch: set at the first Running and never cleared. */
  readonly provisionedAt?: string;
  readonly createFailures: number;
  /** Why the machine last stopped without being asked to. */
  readonly exitReason?: string;
  /** When the machine was found missing, with its disk, and was made again. */
  readonly replacedAt?: string;
  /** Restarts after a machine died: they space out the next one. Gone once it stays up. */
  readonly restarts?: { readonly count: number; readonly lastAt: string };
}

export interface Server {
  readonly metadata: ProjectMetadata;
  readonly regionId: string;
  readonly networkId: string;
  /**
   * Tells two servers of one id apart: a name that is deleted and made again has the same id
   * (compute-api §3.2). A random UUID.
   */
  readonly incarnation: string;
  readonly spec: ServerSpec;
  readonly power: ServerPower;
  /** What is held for it from the first reconcile on, before `status` may show it. */
  readonly allocation?: {
    readonly privateIP: string;
    readonly macAddress: string;
    readonly publicIP?: string;
    /** As it was then: a server outlives the operator's retiring or changing a flavor. */
    readonly flavor?: Flavor;
  };
  readonly status: ServerStatus;
}
