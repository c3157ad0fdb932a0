import { type Clock, Problem } from "@signalbox/base";
import type { Committed, Transaction } from "../store.ts";
import type { View } from "../view/view.ts";
import { Batch, type Job } from "./batch.ts";
import type { PendingCommit } from "./commit.ts";
import type { TransactionLimits } from "./pending-transaction.ts";

export interface CommitLimits extends TransactionLimits {
  /** Transactions that share one durable write at most. */
  readonly maxBatch: number;
  /** Characters of JSON in one durable write; the transaction that passes it is the last. */
  readonly maxBatchLength: number;
  /** Transactions that may wait. */
  readonly maxQueued: number;
}

/** Where the queue sends its batches. */
export interface CommitSink {
  /**
   * Resolves when all of `batch` is durable; rejects when nothing of it was kept. Calls are
   * answered in order, and a batch that does not follow on what is durable is refused.
   */
  persist(batch: readonly PendingCommit[]): Promise<void>;
  /** Called in the turn in which `batch` became durable, before any caller learns of it. */
  committed(batch: readonly PendingCommit[]): void;
}

interface WaitingJob extends Job {
  /** Unhooks the job from its caller's signal. */
  readonly release: () => void;
}

/** A disk that takes less for a batch is quick: see `CommitQueue`. */
const QUICK_MS = 1;

/** Transactions that make a batch worth sending early. */
const EARLY_BATCH = 16;

/**
 * Group commit. Transactions run as they come, each over the outcome of those before it, and all
 * that ran while a batch was being written make up the next one.
 *
 * When the disk is slow, a batch is sent a turn after the last became durable, so that the callers
 * who have just been answered can join it: few and large writes. When it is quick, running the
 * transactions and passing them to the disk's thread costs as much as the write, so batches are
 * smaller and up to two are on their way while the next one is made up.
 *
 * Nobody learns anything of a batch before it is durable. That holds for a body that threw or only
 * read, too: what it saw may have been a write that fails yet. When a write does fail, its batch is
 * rejected as a whole, and what ran on top of it runs again.
 */
export class CommitQueue {
  readonly #view: View;
  readonly #sink: CommitSink;
  readonly #limits: CommitLimits;
  readonly #clock: Pick<Clock, "monotonic">;
  /** Not run yet, in order of arrival. */
  readonly #waiting = new Set<WaitingJob>();
  /** On their way to the disk, in order: at most two. */
  readonly #writing: Batch[] = [];
  /** Have to run again, because a batch below them failed. */
  #again: Job[] = [];
  #next: Batch;
  #failing = false;
  #lastWriteMs = Infinity;
  #lastEndMs = -Infinity;
  #turnIsSet = false;
  #closing: PromiseWithResolvers<void> | undefined;

  constructor(view: View, sink: CommitSink, limits: CommitLimits, clock: Pick<Clock, "monotonic">) {
    this.#view = view;
    this.#sink = sink;
    this.#limits = limits;
    this.#clock = clock;
    this.#next = new Batch(view, view.revision, limits);
  }

  /** How many transactions wait for the write before them. */
  get waiting(): number {
    return this.#waiting.size + this.#next.jobs.length + this.#again.length;
  }

  async transact<R>(
    body: (tx: Transaction) => R,
    signal: AbortSignal | undefined,
  ): Promise<Committed<R>> {
    signal?.throwIfAborted();
    if (this.#closing !== undefined) throw new Problem("unavailable", "the store is closed");
    if (this.waiting >= this.#limits.maxQueued) {
      throw new Problem("store_unavailable", `${this.waiting} writes wait for the disk already`);
    }
    const { promise, resolve, reject } = Promise.withResolvers<Committed<unknown>>();
    const abandon = (): void => {
      this.#waiting.delete(job);
      reject(signal?.reason);
    };
    const release = (): void => signal?.removeEventListener("abort", abandon);
    const job: WaitingJob = { body, resolve, reject, release };
    signal?.addEventListener("abort", abandon, { once: true });
    this.#waiting.add(job);
    this.#setTurn();
    return promise as Promise<Committed<R>>;
  }

  /** Takes no more transactions; resolves when those that wait have been settled. */
  async close(): Promise<void> {
    this.#closing ??= Promise.withResolvers();
    this.#setTurn();
    await this.#closing.promise;
  }

  /** Whatever else this turn of the loop brings joins the batch. */
  #setTurn(): void {
    if (this.#turnIsSet) return;
    this.#turnIsSet = true;
    setImmediate(() => {
      this.#turnIsSet = false;
      this.#advance();
    });
  }

  #advance(): void {
    this.#runWaiting();
    if (this.#writing.length > 0) return;
    if (this.#next.jobs.length > 0) this.#write();
    else if (this.waiting === 0) this.#closing?.resolve();
  }

  #runWaiting(): void {
    for (const job of this.#waiting) {
      if (this.#next.jobs.length >= this.#limits.maxBatch) return;
      if (this.#next.length >= this.#limits.maxBatchLength) return;
      this.#waiting.delete(job);
      job.release();
      this.#next.run(job);
      if (this.#isEarly()) this.#write();
    }
  }

  /** Whether the next batch may be sent while others are on their way or still to be run. */
  #isEarly(): boolean {
    if (!this.#diskIsQuick || this.#failing || this.#writing.length >= 2) return false;
    const least = Math.max(EARLY_BATCH, this.#writing[0]?.jobs.length ?? 0);
    return this.#next.commits.length >= least;
  }

  get #diskIsQuick(): boolean {
    return this.#lastWriteMs < QUICK_MS;
  }

  #write(): void {
    const batch = this.#next;
    const startedMs = this.#clock.monotonic();
    this.#writing.push(batch);
    this.#next = new Batch(batch.overlay, batch.revision, this.#limits);
    const persisted = batch.commits.length === 0 ? undefined : this.#sink.persist(batch.commits);
    Promise.resolve(persisted).then(
      () => this.#written(batch, startedMs),
      (error: unknown) => this.#failed(batch, error),
    );
  }

  #written(batch: Batch, startedMs: number): void {
    this.#writing.shift();
    if (batch.commits.length > 0) {
      const nowMs = this.#clock.monotonic();
      this.#lastWriteMs = nowMs - Math.max(startedMs, this.#lastEndMs);
      this.#lastEndMs = nowMs;
      this.#sink.committed(batch.commits);
    }
    const above = this.#writing[0] ?? this.#next;
    above.overlay.rebase(this.#view);
    if (this.#diskIsQuick && this.#writing.length === 0 && this.#next.jobs.length > 0)
      this.#write();
    batch.settle();
    this.#setTurn();
  }

  /** What was sent on top of it fails, too, because the sink takes no revision out of order. */
  #failed(batch: Batch, error: unknown): void {
    this.#writing.shift();
    if (this.#failing) this.#again.push(...batch.jobs);
    else batch.reject(error);
    this.#failing = true;
    if (this.#writing.length === 0) this.#startOver();
  }

  /** Runs again what ran on top of writes that were not kept. */
  #startOver(): void {
    const jobs = [...this.#again, ...this.#next.jobs];
    this.#failing = false;
    this.#again = [];
    this.#next = new Batch(this.#view, this.#view.revision, this.#limits);
    for (const job of jobs) this.#next.run(job);
    this.#setTurn();
  }
}
