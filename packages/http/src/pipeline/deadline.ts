import { CANCELLED, type CancelTimer, type Clock, Problem } from "@signalbox/base";

/** How long one request may take, as the signal that everything below it works under. */
export interface Deadline {
  /** Aborts when the caller goes away, the time is up or the server stops. */
  readonly signal: AbortSignal;
  /** The time is up; whatever still runs has nobody to answer. */
  readonly expired: boolean;
  /** Waits for `work`, but not beyond the deadline. @throws Problem `unavailable` when it passes */
  race<T>(work: Promise<T>): Promise<T>;
  /** Takes the time limit away (an event stream has none); the signal stays. */
  lift(): void;
  /** The caller has gone. */
  abandon(): void;
  /** The request is over. */
  dispose(): void;
}

/** The deadlines of all requests in flight: all of one length, so one timer serves them. */
export interface Deadlines {
  open(): Deadline;
}

/**
 * @param stopped aborts what is left when the server has waited long enough
 */
export function createDeadlines(clock: Clock, timeoutMs: number, stopped: AbortSignal): Deadlines {
  const watch = new DeadlineWatch(clock, timeoutMs);
  stopped.addEventListener("abort", () => watch.abortAll(stopped.reason), { once: true });
  return { open: () => new RequestDeadline(watch, clock.monotonic() + timeoutMs) };
}

/** Fires deadlines in order. A set keeps the order of insertion, which is that of expiry. */
class DeadlineWatch {
  readonly timeoutMs: number;
  readonly #clock: Clock;
  readonly #timed = new Set<RequestDeadline>();
  readonly #lifted = new Set<RequestDeadline>();
  #cancel: CancelTimer | undefined;

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.timeoutMs = timeoutMs;
  }

  add(deadline: RequestDeadline): void {
    this.#timed.add(deadline);
    this.#cancel ??= this.#clock.after(this.timeoutMs, () => this.#fire());
  }

  lift(deadline: RequestDeadline): void {
    if (this.#timed.delete(deadline)) this.#lifted.add(deadline);
    this.#restIfIdle();
  }

  remove(deadline: RequestDeadline): void {
    if (!this.#timed.delete(deadline)) this.#lifted.delete(deadline);
    this.#restIfIdle();
  }

  abortAll(reason: unknown): void {
    for (const deadline of [...this.#timed, ...this.#lifted]) deadline.abort(reason);
  }

  #fire(): void {
    this.#cancel = undefined;
    const nowMs = this.#clock.monotonic();
    for (const deadline of this.#timed) {
      if (deadline.atMs > nowMs) {
        this.#cancel = this.#clock.after(deadline.atMs - nowMs, () => this.#fire());
        return;
      }
      this.#timed.delete(deadline);
      deadline.expire();
    }
  }

  #restIfIdle(): void {
    if (this.#timed.size > 0) return;
    this.#cancel?.();
    this.#cancel = undefined;
  }
}

class RequestDeadline implements Deadline {
  readonly atMs: number;
  readonly #watch: DeadlineWatch;
  readonly #controller = new AbortController();
  #expiry: Problem | undefined;
  #onExpiry: ((reason: Problem) => void) | undefined;
  #isLifted = false;

  constructor(watch: DeadlineWatch, atMs: number) {
    this.atMs = atMs;
    this.#watch = watch;
    watch.add(this);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get expired(): boolean {
    return this.#expiry !== undefined;
  }

  race<T>(work: Promise<T>): Promise<T> {
    if (this.#expiry !== undefined) return Promise.reject(this.#expiry);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#onExpiry = reject;
    work.then(resolve, reject);
    return promise;
  }

  lift(): void {
    this.#isLifted = true;
    this.#watch.lift(this);
  }

  abandon(): void {
    this.abort(CANCELLED);
  }

  dispose(): void {
    this.#watch.remove(this);
    // What feeds a stream must not outlive it, however it ended.
    if (this.#isLifted) this.abort(CANCELLED);
  }

  abort(reason: unknown): void {
    if (!this.#controller.signal.aborted) this.#controller.abort(reason);
  }

  expire(): void {
    const message = `the request was not finished within ${this.#watch.timeoutMs} ms`;
    this.#expiry = new Problem("unavailable", message, { retryAfterMs: 1000 });
    this.abort(this.#expiry);
    this.#onExpiry?.(this.#expiry);
  }
}
