/** When a service that has ended is started again. */
export type RestartPolicy = "always" | "on-failure" | "never";

export interface HealthCheckSpec {
  /** Program and arguments; healthy is who answers status 0. */
  readonly command: readonly string[];
  readonly initialDelayMs: number;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

/** A service as the agent's configuration wants it. */
export interface ServiceSpec {
  readonly id: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly restart: RestartPolicy;
  /** Services that must be up before this one starts; they stop after it. */
  readonly dependsOn: readonly string[];
  readonly healthCheck: HealthCheckSpec | undefined;
  /** How long it may take to end before it is killed. */
  readonly stopTimeoutMs: number;
  /** Whether it starts with the agent. */
  readonly autostart: boolean;
  /** How much of its output is kept. */
  readonly logBytes: number;
}
