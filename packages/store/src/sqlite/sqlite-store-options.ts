import { type Clock, type Log, type Metrics, noMetrics } from "@signalbox/base";
import type { CommitLimits } from "../commit/commit-queue.ts";
import type { Kind } from "../kind.ts";
import type { RetentionLimits } from "./retention.ts";

/** Where a store is kept, and how much of it. */
export interface SqliteStoreOptions {
  /** Holds `store.db`; made with mode 0700 when it does not exist. */
  readonly directory: string;
  /** Every kind that is read or written here. */
  readonly kinds: readonly Kind<never>[];
  readonly clock: Clock;
  readonly log: Log;
  /** Default: nobody is told. */
  readonly metrics?: Metrics;
  /** Longest value of one resource in characters of JSON; default 1 Mi. */
  readonly maxValueLength?: number;
  /** Transactions that share one durable write at most; default 512. */
  readonly maxBatch?: number;
  /** Characters of JSON in one durable write; default 4 Mi. */
  readonly maxBatchLength?: number;
  /** Transactions that may wait for the disk; beyond it they are refused; default 16,384. */
  readonly maxQueued?: number;
  /** Changes kept in memory for watches that resume; default 8,192. */
  readonly maxRecentChanges?: number;
  /** Revisions that can be resumed from before old ones are forgotten; default 100,000. */
  readonly maxHistoryRevisions?: number;
  /** Characters of JSON that the history may have; default 64 Mi. */
  readonly maxHistoryLength?: number;
  /** How long a watch may stay without a bookmark while revisions pass; default 5,000. */
  readonly bookmarkIntervalMs?: number;
}

/** The options, resolved. */
export interface SqliteStoreSettings extends CommitLimits {
  readonly directory: string;
  readonly kinds: readonly Kind<never>[];
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly maxRecentChanges: number;
  readonly retention: RetentionLimits;
  readonly bookmarkIntervalMs: number;
}

export function resolveSqliteStoreOptions(options: SqliteStoreOptions): SqliteStoreSettings {
  return {
    directory: options.directory,
    kinds: options.kinds,
    clock: options.clock,
    log: options.log,
    metrics: options.metrics ?? noMetrics,
    maxValueLength: options.maxValueLength ?? 2 ** 20,
    maxBatch: options.maxBatch ?? 512,
    maxBatchLength: options.maxBatchLength ?? 4 * 2 ** 20,
    maxQueued: options.maxQueued ?? 16_384,
    maxRecentChanges: options.maxRecentChanges ?? 8192,
    retention: {
      maxRevisions: options.maxHistoryRevisions ?? 100_000,
      maxLength: options.maxHistoryLength ?? 64 * 2 ** 20,
    },
    bookmarkIntervalMs: options.bookmarkIntervalMs ?? 5000,
  };
}
