import { type Clock, type Log, Problem } from "@signalbox/base";
import type { Commit, PendingCommit } from "../commit/commit.ts";
import { commitOf } from "../commit/commit.ts";
import { CommitQueue } from "../commit/commit-queue.ts";
import type { Kind } from "../kind.ts";
import type {
  Committed,
  ListQuery,
  Page,
  Resource,
  Store,
  StoreStats,
  Transaction,
  Watch,
  WatchOptions,
} from "../store.ts";
import type { StoreMetrics } from "../store-metrics.ts";
import type { View } from "../view/view.ts";
import { CommitRing } from "../watch/commit-ring.ts";
import { RevisionGate } from "../watch/revision-gate.ts";
import { watchCommits } from "../watch/watch-commits.ts";
import { WatchHub } from "../watch/watch-hub.ts";
import type { LogClient } from "./log-client.ts";
import type { LogState } from "./log-messages.ts";
import { commitsOf, rowsOf } from "./log-rows.ts";
import type { Retention } from "./retention.ts";
import type { SqliteStoreSettings } from "./sqlite-store-options.ts";

/** Revisions forgotten in one durable write, so that commits get their turn in between. */
const COMPACT_STEP = 2000;
const HISTORY_ROWS = 1000;
/** A write that was not kept counts against the store this long, unless another one is kept. */
const FAILURE_COUNTS_MS = 30_000;

export interface SqliteStoreParts {
  readonly client: LogClient;
  readonly view: View;
  readonly retention: Retention;
  readonly state: LogState;
  readonly settings: SqliteStoreSettings;
  readonly metrics: StoreMetrics;
}

/** The store over one SQLite file that this process holds alone; see `openSqliteStore`. */
export class SqliteStore implements Store {
  readonly #client: LogClient;
  readonly #view: View;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #metrics: StoreMetrics;
  readonly #retention: Retention;
  readonly #queue: CommitQueue;
  readonly #ring: CommitRing;
  readonly #hub: WatchHub;
  readonly #gate = new RevisionGate();
  #state: LogState;
  #compacting: Promise<void> = Promise.resolve();
  #compactionIsDue = false;
  #closing: Promise<void> | undefined;
  #failedWrite: { readonly problem: Problem; readonly atMs: number } | undefined;

  constructor({ client, view, retention, state, settings, metrics }: SqliteStoreParts) {
    this.#client = client;
    this.#view = view;
    this.#clock = settings.clock;
    this.#log = settings.log;
    this.#metrics = metrics;
    this.#retention = retention;
    this.#state = state;
    this.#ring = new CommitRing(settings.maxRecentChanges, view.revision);
    this.#hub = new WatchHub({
      clock: settings.clock,
      bookmarkIntervalMs: settings.bookmarkIntervalMs,
      onCutOff: () => metrics.cutOffs.add(),
      onWatchers: (count) => metrics.watchers.set(count),
    });
    this.#queue = new CommitQueue(
      view,
      {
        persist: (batch) => this.#persist(batch),
        committed: (batch) => this.#committed(batch),
      },
      settings,
      settings.clock,
    );
    this.#report();
  }

  get revision(): number {
    return this.#view.revision;
  }

  get<T>(kind: Kind<T>, id: string): Resource<T> | undefined {
    return this.#view.get(kind, id);
  }

  list<T>(kind: Kind<T>, query?: ListQuery<T>): Page<T> {
    return this.#view.list(kind, query);
  }

  transact<R>(
    body: (tx: Transaction) => R,
    options: { signal?: AbortSignal | undefined } = {},
  ): Promise<Committed<R>> {
    return this.#queue.transact(body, options.signal);
  }

  watch(options: WatchOptions): Watch {
    const source = {
      hub: this.#hub,
      ring: this.#ring,
      revision: () => this.revision,
      caughtUp: (revision: number, wait: { signal?: AbortSignal | undefined }) =>
        this.caughtUp(revision, wait),
      history: (revision: number) => this.#history(revision),
    };
    return { [Symbol.asyncIterator]: () => watchCommits(source, options) };
  }

  async caughtUp(
    revision: number,
    options: { signal?: AbortSignal | undefined } = {},
  ): Promise<void> {
    if (revision <= this.revision) return;
    this.#refuseWhenClosed();
    await this.#gate.wait(revision, options.signal);
  }

  async compact(revision: number): Promise<void> {
    this.#refuseWhenClosed();
    const target = Math.min(revision, this.revision);
    const run = this.#compacting.then(() => this.#compactTo(target));
    this.#compacting = run.catch(() => {});
    await run;
  }

  stats(): StoreStats {
    return {
      revision: this.revision,
      compactedRevision: this.#state.compactedRevision,
      resources: this.#view.size,
      watchers: this.#hub.size,
      sizeBytes: this.#state.sizeBytes,
    };
  }

  async check(): Promise<void> {
    this.#refuseWhenClosed();
    const failed = this.#failedWrite;
    if (failed !== undefined && this.#clock.monotonic() - failed.atMs < FAILURE_COUNTS_MS) {
      throw failed.problem;
    }
    // Nothing is after the last revision, but the file is asked for it.
    await this.#client.call("history", this.#state.revision, 1);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#queue.close();
    this.#hub.close(new Problem("unavailable", "the store is closed"));
    this.#gate.close();
    await this.#compacting;
    try {
      await this.#client.call("close");
    } catch (error) {
      // What was acknowledged is durable all the same.
      this.#log.warn({ err: error }, "the store's file could not be closed in good order");
    }
    await this.#client.terminate();
  }

  async #persist(batch: readonly PendingCommit[]): Promise<void> {
    const started = this.#clock.monotonic();
    this.#metrics.waiting.set(this.#queue.waiting);
    try {
      this.#state = await this.#client.call("append", rowsOf(batch));
    } catch (error) {
      const problem = Problem.from(error);
      this.#metrics.failures.add({ code: problem.code });
      this.#log.error({ err: problem, transactions: batch.length }, "writes were not kept");
      this.#failedWrite = { problem, atMs: this.#clock.monotonic() };
      throw problem;
    }
    this.#failedWrite = undefined;
    this.#metrics.commitSeconds.observe((this.#clock.monotonic() - started) / 1000);
    this.#metrics.commitTransactions.observe(batch.length);
  }

  #committed(batch: readonly PendingCommit[]): void {
    const commits = batch.map(commitOf);
    // All of them first: who hears of one sees in the view what the file has.
    for (const { revision, changes } of commits) this.#view.apply(revision, changes);
    for (const commit of commits) this.#ring.add(commit);
    for (const commit of commits) this.#hub.publish(commit);
    for (const { revision, changes } of batch) {
      this.#retention.add(revision, lengthOf(changes));
    }
    this.#gate.reached(this.revision);
    this.#report();
    this.#compactWhenDue();
  }

  async #history(revision: number): Promise<readonly Commit[]> {
    this.#refuseWhenClosed();
    const { compactedRevision, rows } = await this.#client
      .call("history", revision, HISTORY_ROWS)
      .finally(() => this.#refuseWhenClosed());
    if (revision < compactedRevision) {
      throw new Problem(
        "revision_compacted",
        `history begins after revision ${compactedRevision}; ${revision} is gone: list again`,
      );
    }
    return commitsOf(rows);
  }

  async #compactTo(target: number): Promise<void> {
    while (this.#state.compactedRevision < target) {
      const step = Math.min(target, this.#state.compactedRevision + COMPACT_STEP);
      // First, so that nobody resumes from what is about to go.
      this.#ring.forget(step);
      this.#state = await this.#client.call("compact", step);
    }
    this.#retention.forget(target);
    this.#report();
  }

  #compactWhenDue(): void {
    const due = this.#retention.due();
    if (due === undefined || this.#compactionIsDue) return;
    this.#compactionIsDue = true;
    this.compact(due)
      .then(
        () => this.#log.debug({ revision: due }, "history compacted"),
        (error: unknown) => this.#log.warn({ err: error }, "history could not be compacted"),
      )
      .finally(() => {
        this.#compactionIsDue = false;
      });
  }

  #report(): void {
    this.#metrics.revision.set(this.revision);
    this.#metrics.compactedRevision.set(this.#state.compactedRevision);
    this.#metrics.sizeBytes.set(this.#state.sizeBytes);
    this.#metrics.waiting.set(this.#queue.waiting);
    for (const table of this.#view.tables()) {
      this.#metrics.resources.set(table.size, { kind: table.kind.name });
    }
  }

  #refuseWhenClosed(): void {
    if (this.#closing !== undefined) throw new Problem("unavailable", "the store is closed");
  }
}

function lengthOf(changes: PendingCommit["changes"]): number {
  return changes.reduce((sum, { text }) => sum + (text?.length ?? 0), 0);
}
