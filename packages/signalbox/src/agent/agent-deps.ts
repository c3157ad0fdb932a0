import type { Clock, Log, Random } from "@signalbox/base";

/** Where the agent reads the machine from; tests point it at recorded trees. */
export interface AgentRoots {
  /** @example "/proc" */
  readonly proc: string;
  /** @example "/sys" */
  readonly sys: string;
  /** What the paths of requests start from. @example "/" */
  readonly root: string;
}

/** What every family of methods is given. */
export interface AgentDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly roots: AgentRoots;
}
