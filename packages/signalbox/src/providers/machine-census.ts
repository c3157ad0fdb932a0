import type { Clock } from "@signalbox/base";
import type { MachinePower, MachineState, ServerRef } from "./provider.ts";

interface Entry {
  readonly incarnation: string;
  power: MachinePower;
  /** When it began to be made or to boot; undefined unless it is. */
  buildingSinceMs: number | undefined;
}

/** The machines of one provider as they were last seen, and how long they take to boot. */
export class MachineCensus {
  readonly #clock: Clock;
  readonly #onBoot: (tookMs: number) => void;
  readonly #machines = new Map<string, Entry>();
  #removals = 0;

  constructor(clock: Clock, onBoot: (tookMs: number) => void) {
    this.#clock = clock;
    this.#onBoot = onBoot;
  }

  saw({ id, incarnation }: ServerRef, { power }: MachineState): void {
    const nowMs = this.#clock.monotonic();
    const known = this.#machines.get(id);
    const before = known?.incarnation === incarnation ? known : undefined;
    const began = before?.buildingSinceMs;
    if (power === "running" && began !== undefined) this.#onBoot(nowMs - began);
    const buildingSinceMs = power === "building" ? (began ?? nowMs) : undefined;
    this.#machines.set(id, { incarnation, power, buildingSinceMs });
  }

  /** Changes with each removal: what was seen before one may be gone. */
  get removals(): number {
    return this.#removals;
  }

  removed({ id, incarnation }: ServerRef): void {
    this.#removals += 1;
    if (this.#machines.get(id)?.incarnation === incarnation) this.#machines.delete(id);
  }

  /** How many are in each state; states that no machine is in are 0. */
  counts(): ReadonlyMap<MachinePower, number> {
    const counts = new Map(POWERS.map((power) => [power, 0]));
    for (const { power } of this.#machines.values())
      counts.set(power, (counts.get(power) ?? 0) + 1);
    return counts;
  }
}

const POWERS: readonly MachinePower[] = [
  "queued",
  "building",
  "running",
  "stopping",
  "stopped",
  "failed",
];
