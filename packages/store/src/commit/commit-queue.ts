import { Problem } from "@signalbox/base";
import type { Committed, Transaction } from "../store.ts";
import { Overlay } from "../view/overlay.ts";
import type { View } from "../view/view.ts";
import type { PendingCommit } from "./commit.ts";
import { PendingTransaction, type TransactionLimits } from "./pending-transaction.ts";

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
  /** Resolves when all of `batch` is durable; rejects when nothing of it was kept. */
  persist(batch: readonly PendingCommit[]): Promise<void>;
  /** Called in the turn in which `batch` became durable, before any caller learns of it. */
  committed(batch: readonly PendingCommit[]): void;
}

type Body = (tx: Transaction) => unknown;

interface Job {
  readonly body: Body;
  readonly resolve: (committed: Committed<unknown>) => void;
  readonly reject: (error: unknown) => void;
  /** Unhooks the job from its caller's signal. */
  readonly release: () => void;
}

/** Tells a job's caller how it went; called when the batch around it is durable. */
type Settle = () => void;

interface Batch {
  readonly jobs: readonly Job[];
  readonly settles: readonly Settle[];
  readonly commits: readonly PendingCommit[];
}

/**
 * Group commit. Transactions wait here while a batch is being written; then all that wait run, one
 * after another over the same overlay, and share the next durable write.
 *
 * Nobody learns anything of a batch before it is durable. That holds for a body that threw or only
 * read, too: what it saw may have been a write of its batch, which may yet fail.
 */
export class CommitQueue {
  readonly #view: View;
  readonly #sink: CommitSink;
  readonly #limits: CommitLimits;
  /** In order of arrival. */
  readonly #jobs = new Set<Job>();
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(view: View, sink: CommitSink, limits: CommitLimits) {
    this.#view = view;
    this.#sink = sink;
    this.#limits = limits;
  }

  /** How many transactions wait. */
  get waiting(): number {
    return this.#jobs.size;
  }

  async transact<R>(body: (tx: Transaction) => R, signal?: AbortSignal): Promise<Committed<R>> {
    signal?.throwIfAborted();
    if (this.#closed) throw new Problem("unavailable", "the store is closed");
    if (this.#jobs.size >= this.#limits.maxQueued) {
      throw new Problem("store_unavailable", `${this.#jobs.size} writes wait for the disk already`);
    }
    const { promise, resolve, reject } = Promise.withResolvers<Committed<unknown>>();
    const abandon = (): void => {
      this.#jobs.delete(job);
      reject(signal?.reason);
    };
    const release = (): void => signal?.removeEventListener("abort", abandon);
    const job: Job = { body, resolve, reject, release };
    signal?.addEventListener("abort", abandon, { once: true });
    this.#jobs.add(job);
    this.#running ??= this.#run();
    return promise as Promise<Committed<R>>;
  }

  /** Takes no more transactions; resolves when those that wait have been settled. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#jobs.size > 0) {
      // Let everything that this turn of the loop still brings join the batch.
      await turn();
      await this.#commit(this.#takeBatch());
    }
    this.#running = undefined;
  }

  /** Runs the bodies that wait, up to the limits. */
  #takeBatch(): Batch {
    const overlay = new Overlay(this.#view);
    const jobs: Job[] = [];
    const settles: Settle[] = [];
    const commits: PendingCommit[] = [];
    let revision = this.#view.revision;
    let length = 0;
    for (const job of this.#jobs) {
      if (jobs.length >= this.#limits.maxBatch || length >= this.#limits.maxBatchLength) break;
      this.#jobs.delete(job);
      job.release();
      jobs.push(job);
      const tx = new PendingTransaction(overlay, revision + 1, this.#limits);
      try {
        const result = runBody(job.body, tx);
        const changes = tx.seal();
        if (changes.length > 0) {
          revision += 1;
          commits.push({ revision, changes });
          for (const { text } of changes) length += text?.length ?? 0;
        }
        const committed: Committed<unknown> = { revision, result };
        settles.push(() => job.resolve(committed));
      } catch (error) {
        tx.rollback();
        settles.push(() => job.reject(error));
      }
    }
    return { jobs, settles, commits };
  }

  async #commit({ jobs, settles, commits }: Batch): Promise<void> {
    if (commits.length > 0) {
      try {
        await this.#sink.persist(commits);
      } catch (error) {
        for (const job of jobs) job.reject(error);
        return;
      }
      this.#sink.committed(commits);
    }
    for (const settle of settles) settle();
  }
}

function runBody(body: Body, tx: Transaction): unknown {
  const result = body(tx);
  if (result instanceof Promise) {
    // Its failure is already reported below; nobody else will look at it.
    result.catch(() => {});
    throw new TypeError("the body of a transaction must be synchronous");
  }
  return result;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
