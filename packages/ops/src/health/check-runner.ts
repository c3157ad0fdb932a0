import type { Clock } from "@signalbox/base";
import type { HealthCheck } from "./health-check.ts";
import type { CheckOutcome } from "./health-report.ts";

const TIMEOUT_MS = 5000;
const CACHE_MS = 1000;

/**
 * Runs one check. Probes that come while it runs share the run, and its answer is good for a
 * while, so no number of probes makes the check run more than once in `cacheMs`. A check that
 * ignores its time limit fails, and is not started again before it has come to an end.
 */
export class CheckRunner {
  readonly check: HealthCheck;
  readonly #clock: Clock;
  #answer: Promise<CheckOutcome> | undefined;
  #answeredAtMs: number | undefined;
  #outcome: CheckOutcome | undefined;
  /** True until the function itself has ended, which may be long after its time was up. */
  #isRunning = false;

  constructor(check: HealthCheck, clock: Clock) {
    this.check = check;
    this.#clock = clock;
  }

  get lastOutcome(): CheckOutcome | undefined {
    return this.#outcome;
  }

  run(): Promise<CheckOutcome> {
    if (this.#answer !== undefined && !this.#isStale()) return this.#answer;
    if (this.#isRunning) return Promise.resolve(this.#note("still running, long past its time"));
    this.#answeredAtMs = undefined;
    this.#answer = this.#attempt().then((error) => {
      this.#answeredAtMs = this.#clock.monotonic();
      return this.#note(error);
    });
    return this.#answer;
  }

  #isStale(): boolean {
    if (this.#answeredAtMs === undefined) return false;
    const ageMs = this.#clock.monotonic() - this.#answeredAtMs;
    return ageMs >= (this.check.cacheMs ?? CACHE_MS);
  }

  /** Resolves to what is wrong. Never rejects. */
  #attempt(): Promise<string | undefined> {
    const { timeoutMs = TIMEOUT_MS } = this.check;
    const controller = new AbortController();
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const cancel = this.#clock.after(timeoutMs, () => {
      resolve(`no answer within ${timeoutMs} ms`);
      controller.abort();
    });
    this.#isRunning = true;
    void this.#settle(controller.signal).then((error) => {
      this.#isRunning = false;
      cancel();
      resolve(error);
    });
    return promise;
  }

  async #settle(signal: AbortSignal): Promise<string | undefined> {
    try {
      await this.check.run(signal);
      return undefined;
    } catch (error) {
      return error instanceof Error && error.message !== "" ? error.message : String(error);
    }
  }

  #note(error: string | undefined): CheckOutcome {
    const ok = error === undefined;
    const { severity = "fatal" } = this.check;
    const sinceMs = this.#outcome?.ok === ok ? this.#outcome.sinceMs : this.#clock.now();
    this.#outcome = { ok, ...(ok ? {} : { error }), severity, sinceMs };
    return this.#outcome;
  }
}
