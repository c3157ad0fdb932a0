import { type Clock, Problem } from "@signalbox/base";
import { compareBytes } from "../compare-bytes.ts";
import { CheckRunner } from "./check-runner.ts";
import type { HealthCheck, Probe } from "./health-check.ts";
import { type CheckOutcome, type HealthReport, reportOf } from "./health-report.ts";

/** The name under which a registry that is being shut down fails its readiness. */
export const SHUTDOWN_CHECK = "shutdown";

/** What a probe leaves out. */
export interface ProbeOptions {
  /** Names of checks to leave out. */
  readonly exclude?: ReadonlySet<string> | undefined;
}

/**
 * Every check of a process, and the one source of each way in which its health is asked for: JSON,
 * Kubernetes' text, gRPC.
 *
 * @example
 * ```ts
 * const health = new HealthRegistry(systemClock);
 * health.register({ name: "database", run: (signal) => database.ping(signal) });
 * const { status } = await health.probe("ready");
 * ```
 */
export class HealthRegistry {
  readonly #clock: Clock;
  readonly #runners = new Map<string, CheckRunner>();
  readonly #hasStarted = new Map<CheckRunner, CheckOutcome>();
  readonly #onDraining = new Set<() => void>();
  #drainingSinceMs: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Adds a check, or replaces the one of that name.
   *
   * @throws Problem `invalid_request` when it has no name or nothing to run
   */
  register(check: HealthCheck): void {
    if (check.name === "" || typeof check.run !== "function") {
      throw new Problem("invalid_request", "ops: a health check has a name and a function to run");
    }
    this.deregister(check.name);
    this.#runners.set(check.name, new CheckRunner(check, this.#clock));
  }

  /** Does nothing for an unknown name. */
  deregister(name: string): void {
    const runner = this.#runners.get(name);
    if (runner === undefined) return;
    this.#runners.delete(name);
    this.#hasStarted.delete(runner);
  }

  /** Sorted by code point. */
  names(): string[] {
    return [...this.#runners.keys()].sort(compareBytes);
  }

  /** Names of a probe's checks, in order of registration, and that of draining while it lasts. */
  namesOf(probe: Probe): string[] {
    const names = [...this.#runners.values()].flatMap(({ check }) =>
      asks(probe, check) ? [check.name] : [],
    );
    return this.#drainingOf(probe) === undefined ? names : [...names, SHUTDOWN_CHECK];
  }

  /** From now on readiness fails, whatever the checks say; liveness goes on as before. */
  startDraining(): void {
    if (this.isDraining) return;
    this.#drainingSinceMs = this.#clock.now();
    for (const listener of [...this.#onDraining]) listener();
  }

  /** Calls back once draining starts, at once if it has. @returns what takes the listener off */
  onDraining(listener: () => void): () => void {
    if (this.isDraining) listener();
    else this.#onDraining.add(listener);
    return () => void this.#onDraining.delete(listener);
  }

  /** How each check last ended, without running any; those that never ran are left out. */
  lastOutcomes(): ReadonlyMap<string, CheckOutcome> {
    const entries = [...this.#runners.values()].flatMap(({ check, lastOutcome }) =>
      lastOutcome === undefined ? [] : [[check.name, lastOutcome] as const],
    );
    return new Map(entries);
  }

  get isDraining(): boolean {
    return this.#drainingSinceMs !== undefined;
  }

  /**
   * Runs the checks of a probe side by side. Takes as long as the slowest, which is bounded by its
   * time limit; never rejects. A check that is registered meanwhile is not part of it.
   */
  async probe(probe: Probe, { exclude }: ProbeOptions = {}): Promise<HealthReport> {
    const runners = [...this.#runners.values()].filter(
      ({ check }) => asks(probe, check) && !exclude?.has(check.name),
    );
    const outcomes = await Promise.all(
      runners.map((runner) => (probe === "startup" ? this.#startUp(runner) : runner.run())),
    );
    const checks = new Map(
      outcomes.map((outcome, index) => [runners[index]?.check.name ?? "", outcome]),
    );
    const draining = this.#drainingOf(probe);
    if (draining !== undefined && !exclude?.has(SHUTDOWN_CHECK)) {
      checks.set(SHUTDOWN_CHECK, draining);
    }
    return reportOf(checks);
  }

  /** Runs one check of a probe. @returns undefined when there is none of that name */
  async probeOne(probe: Probe, name: string): Promise<CheckOutcome | undefined> {
    const draining = name === SHUTDOWN_CHECK ? this.#drainingOf(probe) : undefined;
    if (draining !== undefined) return draining;
    const runner = this.#runners.get(name);
    if (runner === undefined || !asks(probe, runner.check)) return undefined;
    return probe === "startup" ? this.#startUp(runner) : runner.run();
  }

  /** Only readiness fails while the process is shut down. */
  #drainingOf(probe: Probe): CheckOutcome | undefined {
    const sinceMs = this.#drainingSinceMs;
    if (probe !== "ready" || sinceMs === undefined) return undefined;
    return { ok: false, error: "shutting down", severity: "fatal", sinceMs };
  }

  /** What has come up once has come up. */
  async #startUp(runner: CheckRunner): Promise<CheckOutcome> {
    const started = this.#hasStarted.get(runner);
    if (started !== undefined) return started;
    const outcome = await runner.run();
    if (outcome.ok) this.#hasStarted.set(runner, outcome);
    return outcome;
  }
}

function asks(probe: Probe, { probes = ["ready"] }: HealthCheck): boolean {
  return probes.includes(probe);
}
