import type { Resource } from "../resource/resource.ts";
import type { StatusDetail } from "./status-detail.ts";

/** What one state-of-the-world answer says, before it has a nonce. */
export interface SotwAnswer {
  readonly typeUrl: string;
  readonly versionInfo: string;
  readonly resources: readonly Resource[];
  /**
   * Resources that have a time to live go wrapped in `Resource`, and those of `heartbeats` wrapped
   * without their content (xds §2.8). Only for clients with the feature of §1.4.
   */
  readonly isWrapped: boolean;
  readonly heartbeats: ReadonlySet<string>;
  readonly errors: readonly ResourceError[];
}

/** What one incremental answer says, before it has a nonce. */
export interface DeltaAnswer {
  readonly typeUrl: string;
  readonly systemVersionInfo: string;
  readonly resources: readonly Resource[];
  /** Sent with name, version and time to live, without content. */
  readonly heartbeats: readonly Resource[];
  readonly removed: readonly string[];
  /** Asked for on demand and known not to exist: sent as their own alias, without content (VHDS). */
  readonly absentAliases: readonly string[];
  readonly errors: readonly ResourceError[];
}

/** Why a name that was asked for is not answered (xds §2.11, opt-in). */
export interface ResourceError {
  readonly name: string;
  readonly detail: StatusDetail;
}
