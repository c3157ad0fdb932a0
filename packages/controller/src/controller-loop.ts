import {
  type CancelTimer,
  type Clock,
  linkSignal,
  type Log,
  Problem,
  type Random,
} from "@signalbox/base";
import { resolveBackoff } from "./backoff.ts";
import { type Controller, RequeueError } from "./controller.ts";
import type { ControllerInstruments, ReconcileOutcome } from "./instruments.ts";
import { KeyedQueue, type Lease, type QueueDepth, type WorkOutcome } from "./keyed-queue.ts";

export interface ControllerLoopDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly instruments: ControllerInstruments;
}

const DEFAULT_CONCURRENCY = 4;
const DEFAULT_TIMEOUT_MS = 300_000;

/** Drives the queue of one controller: hands keys to at most `concurrency` reconciles at a time. */
export class ControllerLoop {
  readonly #controller: Controller;
  readonly #deps: ControllerLoopDeps;
  readonly #queue: KeyedQueue;
  readonly #concurrency: number;
  readonly #timeoutMs: number;
  readonly #abort = new AbortController();
  readonly #running = new Set<string>();
  #open = false;
  #depthIsDue = false;
  #alarm: { readonly dueMs: number; readonly cancel: CancelTimer } | undefined;
  #drained: (() => void) | undefined;

  constructor(controller: Controller, deps: ControllerLoopDeps) {
    this.#controller = controller;
    this.#deps = deps;
    this.#queue = new KeyedQueue(resolveBackoff(controller.backoff), deps.random);
    this.#concurrency = controller.concurrency ?? DEFAULT_CONCURRENCY;
    this.#timeoutMs = controller.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    if (!(this.#concurrency >= 1)) throw new RangeError("concurrency must be 1 or more");
  }

  get depth(): QueueDepth {
    return this.#queue.depth;
  }

  /** How long the key that is next has waited for a worker. */
  get oldestMs(): number {
    return this.#queue.oldestMs(this.#deps.clock.monotonic());
  }

  /** Keys that are being reconciled now. */
  get inFlight(): readonly string[] {
    return [...this.#running];
  }

  /** Puts a key into the queue; before `start` it waits there. */
  enqueue(key: string): void {
    this.#queue.add(key, this.#deps.clock.monotonic());
    this.#handOut();
  }

  start(): void {
    this.#open = true;
    this.#handOut();
  }

  /** Starts no more work. Resolves when what is in flight has ended. */
  drain(): Promise<void> {
    this.#open = false;
    this.#setAlarm(undefined);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#drained = resolve;
    if (this.#running.size === 0) resolve();
    return promise;
  }

  /** Aborts what is in flight. */
  abort(reason: unknown): void {
    this.#abort.abort(reason);
  }

  #handOut(): void {
    if (this.#open) {
      const nowMs = this.#deps.clock.monotonic();
      while (this.#running.size < this.#concurrency) {
        const lease = this.#queue.take(nowMs);
        if (lease === undefined) break;
        this.#running.add(lease.key);
        void this.#runOne(lease);
      }
      // With every worker busy it is the next one to end that hands out.
      const free = this.#running.size < this.#concurrency;
      this.#setAlarm(free ? this.#queue.nextDueMs : undefined);
    }
    this.#reportDepth();
  }

  /** Once a turn: a listing enqueues every key there is without a pause. */
  #reportDepth(): void {
    if (this.#depthIsDue) return;
    this.#depthIsDue = true;
    queueMicrotask(() => {
      this.#depthIsDue = false;
      this.#deps.instruments.depth(this.#queue.depth);
    });
  }

  #setAlarm(dueMs: number | undefined): void {
    if (this.#alarm?.dueMs === dueMs) return;
    this.#alarm?.cancel();
    this.#alarm = undefined;
    if (dueMs === undefined) return;
    const { clock } = this.#deps;
    const cancel = clock.after(Math.max(0, Math.ceil(dueMs - clock.monotonic())), () => {
      this.#alarm = undefined;
      this.#handOut();
    });
    this.#alarm = { dueMs, cancel };
  }

  async #runOne(lease: Lease): Promise<void> {
    const { clock, instruments } = this.#deps;
    instruments.waited(lease.waitedMs);
    const startedMs = clock.monotonic();
    const ended = await this.#callController(lease);
    const nowMs = clock.monotonic();
    this.#running.delete(lease.key);
    const retryInMs = this.#queue.finish(lease.key, ended.work, nowMs);
    instruments.finished(OUTCOME[ended.work.type], nowMs - startedMs);
    if (ended.problem !== undefined) this.#reportFailure(lease, ended, retryInMs);
    this.#handOut();
    if (!this.#open && this.#running.size === 0) this.#drained?.();
  }

  async #callController(lease: Lease): Promise<Ended> {
    using linked = linkSignal(this.#abort.signal);
    const cancelTimeout = this.#deps.clock.after(this.#timeoutMs, () =>
      linked.abort(new Problem("request_timeout", `no result after ${this.#timeoutMs} ms`)),
    );
    try {
      const result = await this.#controller.reconcile(lease.key, {
        signal: linked.signal,
        log: this.#deps.log.child({ key: lease.key }),
        attempt: lease.attempt,
      });
      return {
        work: result ? { type: "again", afterMs: result.requeueAfterMs } : { type: "done" },
      };
    } catch (error) {
      if (error instanceof RequeueError) {
        return { work: { type: "yielded", afterMs: error.delayMs } };
      }
      const problem = Problem.from(error);
      return { work: { type: "failed", retryAfterMs: problem.retryAfterMs }, problem };
    } finally {
      cancelTimeout();
    }
  }

  #reportFailure(lease: Lease, { problem }: Ended, retryInMs: number | undefined): void {
    if (problem === undefined) return;
    const { key, attempt } = lease;
    const { log, instruments } = this.#deps;
    if (this.#abort.signal.aborted) {
      log.info({ key, attempt, code: problem.code }, "reconcile stopped by the shutdown");
      return;
    }
    instruments.retried(problem.code);
    log.warn({ key, attempt, code: problem.code, retryInMs, err: problem }, "reconcile failed");
  }
}

interface Ended {
  readonly work: WorkOutcome;
  readonly problem?: Problem;
}

const OUTCOME: Readonly<Record<WorkOutcome["type"], ReconcileOutcome>> = {
  done: "done",
  again: "requeued",
  yielded: "yielded",
  failed: "failed",
};
