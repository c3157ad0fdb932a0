import type { Clock, LogLevel } from "@signalbox/base";
import type { Authenticator } from "../auth/authenticator.ts";
import type { HealthRegistry } from "../health/health-registry.ts";
import type { Cluster } from "../membership/cluster.ts";
import type { MetricsRegistry } from "../metrics/metrics-registry.ts";
import type { ProfileSource } from "../profiling/profile-source.ts";
import type { Decision } from "../rbac/policy.ts";
import type { AdminCall } from "./admin-call.ts";

/** Who may do what on the admin API. */
export interface AdminAccess {
  readonly authenticator: Authenticator;
  /** `Policy` is one. */
  readonly policy: { explain(user: string, permission: string): Decision };
  /** What a browser shows beside its password prompt. Default: `ops`. */
  readonly realm?: string | undefined;
}

/** What the admin API tells of and acts on. All optional: what is left out has no route. */
export interface AdminOptions {
  readonly clock: Clock;
  readonly health?: HealthRegistry | undefined;
  readonly metrics?: MetricsRegistry | undefined;
  /** Without it whoever reaches the API may read everything and change nothing. */
  readonly access?: AdminAccess | undefined;
  /** Texts of `/info`, such as the version. */
  readonly info?: Readonly<Record<string, string>> | undefined;
  /** Names of the program's parts in the order in which they start; null for none registered. */
  readonly components?: (() => readonly string[] | null) | undefined;
  readonly cluster?: Cluster | undefined;
  /** Numbers of caches, queues and the like, by name, as JSON. */
  readonly statistics?: Readonly<Record<string, () => unknown>> | undefined;
  /** A `Log` is one. */
  readonly log?: { level: string } | undefined;
  /** Starts the stop of the program. Readiness has failed by the time it is called. */
  readonly drain?: (() => void) | undefined;
  readonly profiles?: ProfileSource | undefined;
  /** Whether anybody may read why a check failed. Default: false, only who has credentials. */
  readonly revealReasons?: boolean | undefined;
  /** Told of every call, for the audit log. */
  readonly onCall?: ((call: AdminCall) => void) | undefined;
  /** Told of what a route threw; the caller reads no more than that it did. */
  readonly onFault?: ((error: unknown) => void) | undefined;
}

export const LOG_LEVELS: readonly LogLevel[] = [
  "trace",
  "debug",
  "info",
  "warn",
  "error",
  "fatal",
  "silent",
];
