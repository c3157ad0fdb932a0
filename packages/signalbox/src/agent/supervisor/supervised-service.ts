import { linkSignal, type Clock, type LinkedSignal, type Log } from "@signalbox/base";
import { checkHealth } from "./health-check.ts";
import { LogRing } from "./log-ring.ts";
import { endText, type ProcessEnd, ProcessGroup } from "./process-group.ts";
import { afterEnd, RestartDelays } from "./restart-policy.ts";
import {
  initialRecord,
  type ServiceEventRecord,
  type ServiceRecord,
  type ServiceState,
  withEvent,
  withHealth,
} from "./service-record.ts";
import type { ServiceSpec } from "./service-spec.ts";

export interface SupervisedServiceDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** What every service inherits; what its own configuration says comes on top. */
  readonly environment: Readonly<Record<string, string>>;
  /** Resolves when all that it depends on is up, or the signal aborts. */
  readonly dependenciesUp: (signal: AbortSignal) => Promise<void>;
  /** Told of each event and each change of health, after the fact. */
  readonly onChange: (service: SupervisedService, event: ServiceEventRecord) => void;
}

/** One life of a service: from its start until it has finished, failed, or was stopped. */
interface Life {
  readonly end: LinkedSignal;
  readonly over: Promise<void>;
}

/** What a shell answers for a program that it cannot start. */
const NOT_STARTED: ProcessEnd = { kind: "status", status: 127 };

/**
 * One service: starts it, keeps it running as its policy says, checks its health, keeps its output.
 *
 * ```
 * Initialized ─▶ Waiting ─▶ Starting ─▶ Running ─▶ Finished  ended well, or was stopped
 *                  ▲           │          │  ├───▶ Failed    ended badly
 *                  └── delay ──┴──────────┘  └───▶ Stopping ─▶ Finished
 * ```
 */
export class SupervisedService {
  readonly spec: ServiceSpec;
  readonly output: LogRing;
  readonly #deps: SupervisedServiceDeps;
  #record: ServiceRecord;
  #life: Life | undefined;
  #hasSucceeded = false;

  constructor(spec: ServiceSpec, deps: SupervisedServiceDeps) {
    this.spec = spec;
    this.output = new LogRing(spec.logBytes);
    this.#deps = deps;
    this.#record = initialRecord(deps.clock.now());
  }

  get record(): ServiceRecord {
    return this.#record;
  }

  /** Runs and is healthy, as far as anybody checks; or was there for one thing, and has done it. */
  get isUp(): boolean {
    const { state, health } = this.#record;
    if (this.#hasSucceeded) return true;
    return state === "Running" && (this.spec.healthCheck === undefined || health.isHealthy);
  }

  get isStarted(): boolean {
    return this.#life !== undefined;
  }

  /** Starts it, unless it is; behind a stop that is under way. Does not wait for it to be up. */
  async start(): Promise<void> {
    const life = this.#life;
    if (life !== undefined && !life.end.signal.aborted) return;
    await life?.over;
    if (this.#life !== undefined) return;
    this.#hasSucceeded = false;
    const end = linkSignal(undefined);
    // In a turn of its own, so that it counts as started before it says so.
    const begun = Promise.resolve().then(() => this.#live(end.signal));
    const over = begun.catch(this.#onFault).finally(() => {
      this.#life = undefined;
    });
    this.#life = { end, over };
  }

  /** A fault in here must not take the agent down, nor make a stop wait for ever. */
  readonly #onFault = (error: unknown): void => {
    this.#deps.log.error({ err: error, service: this.spec.id }, "supervising a service failed");
  };

  /** Stops it; resolves when nothing of it is left. */
  async stop(): Promise<void> {
    this.#life?.end.abort();
    await this.#life?.over;
  }

  async #live(signal: AbortSignal): Promise<void> {
    const delays = new RestartDelays();
    await this.#waitForDependencies(signal);
    while (!signal.aborted) {
      const startedMs = this.#deps.clock.monotonic();
      const end = await this.#runOnce(signal);
      if (signal.aborted) break;
      const reason = typeof end === "string" ? end : endText(end);
      const next = afterEnd(this.spec.restart, typeof end === "string" ? NOT_STARTED : end);
      if (next !== "restart") {
        this.#finish(next, reason);
        return;
      }
      const delayMs = delays.next(this.#deps.clock.monotonic() - startedMs);
      this.#note("Waiting", `Starts again in ${delayMs / 1000} s: ${reason}`);
      await this.#deps.clock.sleep(delayMs, { signal }).catch(() => {});
    }
    this.#note("Finished", "Service was stopped");
  }

  async #waitForDependencies(signal: AbortSignal): Promise<void> {
    const { dependsOn } = this.spec;
    if (dependsOn.length === 0) return;
    this.#note("Waiting", `Waiting for ${dependsOn.join(", ")} to be up`);
    await this.#deps.dependenciesUp(signal);
  }

  /** How its program ended, or why it did not start. */
  async #runOnce(signal: AbortSignal): Promise<ProcessEnd | string> {
    const { spec } = this;
    this.#note("Starting", `Starting ${spec.command[0] ?? ""}`);
    try {
      const group = await ProcessGroup.start({
        ...this.#place(),
        command: spec.command,
        onOutput: (lines) => this.output.append(lines),
      });
      return await this.#watch(group, signal);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  async #watch(group: ProcessGroup, signal: AbortSignal): Promise<ProcessEnd> {
    this.#note("Running", `Started with PID ${group.pid}`);
    using running = linkSignal(signal);
    const checks = this.#checkHealth(running.signal);
    const stop = (): void => {
      this.#note("Stopping", `Stopping PID ${group.pid}`);
      void group.stop(this.spec.stopTimeoutMs);
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    const end = await group.ended;
    signal.removeEventListener("abort", stop);
    running.abort();
    await checks;
    return end;
  }

  async #checkHealth(signal: AbortSignal): Promise<void> {
    const { healthCheck } = this.spec;
    if (healthCheck === undefined) return;
    const { clock } = this.#deps;
    let delayMs = healthCheck.initialDelayMs;
    while (!signal.aborted) {
      await clock.sleep(delayMs, { signal }).catch(() => {});
      if (signal.aborted) return;
      const finding = await checkHealth(healthCheck, this.#place(), signal);
      if (signal.aborted) return;
      this.#noteHealth(finding);
      delayMs = healthCheck.intervalMs;
    }
  }

  #noteHealth(finding: { readonly isHealthy: boolean; readonly message: string }): void {
    const before = this.#record;
    this.#record = withHealth(before, { ...finding, atMs: this.#deps.clock.now() });
    const isFlip = before.health.isUnknown || before.health.isHealthy !== finding.isHealthy;
    if (!isFlip) return;
    const text = finding.isHealthy
      ? "Health check successful"
      : `Health check failed: ${finding.message}`;
    this.#note("Running", text);
  }

  #finish(how: "finish" | "fail", reason: string): void {
    this.#hasSucceeded = how === "finish";
    if (how === "finish") this.#note("Finished", "Service finished successfully");
    else this.#note("Failed", `Service failed: ${reason}`);
  }

  #note(state: ServiceState, message: string): void {
    const event = { state, message, atMs: this.#deps.clock.now() };
    this.#record = withEvent(this.#record, event);
    this.#deps.log.info({ service: this.spec.id, state }, message);
    this.#deps.onChange(this, event);
  }

  #place(): { clock: Clock; environment: Record<string, string>; directory: string } {
    const { environment, clock } = this.#deps;
    return {
      clock,
      environment: { ...environment, ...this.spec.environment },
      directory: this.spec.directory,
    };
  }
}
