import type { Clock, Log, Metrics, Random } from "@signalbox/base";
import type { HealthRegistry } from "@signalbox/ops";
import { durationMs } from "../config/duration.ts";
import type { Config } from "../config/schema.ts";
import type { ClosingStack } from "./closing-stack.ts";
import type { DataFiles } from "./data-files.ts";
import type { OpsRegistries } from "./ops/ops-registries.ts";
import type { TlsReload } from "./tls-reload.ts";
import type { Tracing } from "./tracing/tracing.ts";

/** What the daemon takes from the outside. */
export interface DaemonDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly version: string;
  /** `PATH`: where the programs that providers run are looked for. */
  readonly searchPath: string | undefined;
  /** Aborts when the daemon is to stop, also while it starts. */
  readonly signal: AbortSignal;
  /** Prints a line for whoever started the daemon. */
  readonly announce: (line: string) => void;
  /** Something that must never happen did; the process cannot go on. */
  readonly fatal: (error: unknown) => void;
}

/** What every part is put together from. */
export interface Assembly extends DaemonDeps {
  readonly config: Config;
  readonly files: DataFiles;
  /** The certificates of the TLS listeners, now and later. */
  readonly tls: TlsReload;
  readonly health: HealthRegistry;
  readonly registries: OpsRegistries;
  /** The registry of metrics, as libraries see it. */
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  /** Begins the stop of the daemon, as a signal does. */
  readonly stop: () => void;
  /** Whatever is started is put here, to be closed in the reverse order. */
  readonly parts: ClosingStack;
}

/** How long a part may take to finish at shutdown. */
export function graceMs(config: Config): number {
  return durationMs(config.shutdown.grace);
}
