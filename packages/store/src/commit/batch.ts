import type { Committed, Transaction } from "../store.ts";
import { type Layer, Overlay } from "../view/overlay.ts";
import type { PendingCommit } from "./commit.ts";
import { PendingTransaction, type TransactionLimits } from "./pending-transaction.ts";

/** A transaction that someone waits for. */
export interface Job {
  readonly body: (tx: Transaction) => unknown;
  readonly resolve: (committed: Committed<unknown>) => void;
  readonly reject: (error: unknown) => void;
}

/** Transactions that have run one after another and share one durable write. */
export class Batch {
  readonly overlay: Overlay;
  readonly jobs: Job[] = [];
  readonly commits: PendingCommit[] = [];
  readonly #limits: TransactionLimits;
  readonly #settles: (() => void)[] = [];
  #revision: number;
  #length = 0;

  /** @param revision the one that `below` shows. */
  constructor(below: Layer, revision: number, limits: TransactionLimits) {
    this.overlay = new Overlay(below);
    this.#revision = revision;
    this.#limits = limits;
  }

  /** The revision that the state has once the batch is durable. */
  get revision(): number {
    return this.#revision;
  }

  /** Characters of JSON to be written. */
  get length(): number {
    return this.#length;
  }

  /** Runs one more transaction; what it threw leaves nothing behind. */
  run(job: Job): void {
    this.jobs.push(job);
    const tx = new PendingTransaction(this.overlay, this.#revision + 1, this.#limits);
    try {
      const result = runBody(job.body, tx);
      this.#keep(tx);
      const committed: Committed<unknown> = { revision: this.#revision, result };
      this.#settles.push(() => job.resolve(committed));
    } catch (error) {
      tx.rollback();
      this.#settles.push(() => job.reject(error));
    }
  }

  /** The batch is durable: tells each caller how its transaction went. */
  settle(): void {
    for (const settle of this.#settles) settle();
  }

  /** Nothing of the batch was kept. */
  reject(error: unknown): void {
    for (const job of this.jobs) job.reject(error);
  }

  #keep(tx: PendingTransaction): void {
    const changes = tx.seal();
    if (changes.length === 0) return;
    this.#revision += 1;
    this.commits.push({ revision: this.#revision, changes });
    for (const { text } of changes) this.#length += text?.length ?? 0;
  }
}

function runBody(body: Job["body"], tx: Transaction): unknown {
  const result = body(tx);
  if (result instanceof Promise) {
    // The error below says what is wrong; how the promise ends is of no more interest.
    result.catch(() => {});
    throw new TypeError("the body of a transaction must be synchronous");
  }
  return result;
}
