/** What machines take of a host. */
export interface Demand {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
}

/** What a host has to give, overcommit factors applied. */
export type Supply = Demand;

const NOTHING: Demand = { cpus: 0, memoryBytes: 0, diskBytes: 0 };

/**
 * Accounts the host's capacity against machines: disk as long as a machine exists, processors and
 * memory while it runs.
 */
export class Ledger {
  readonly #held = new Map<string, Demand>();

  /** What is held by all. */
  get total(): Demand {
    let total = NOTHING;
    for (const demand of this.#held.values()) total = add(total, demand);
    return total;
  }

  /**
   * Holds `demand` for `holder` in place of what it held, if the supply allows.
   *
   * @returns what is short, in words, when it does not; then nothing has changed
   */
  reserve(holder: string, demand: Demand, supply: Supply): string | undefined {
    const others = subtract(this.total, this.#held.get(holder) ?? NOTHING);
    const missing = shortage(others, demand, supply);
    if (missing === undefined) this.#held.set(holder, demand);
    return missing;
  }

  /** Holds without asking: for machines that run already. */
  hold(holder: string, demand: Demand): void {
    this.#held.set(holder, demand);
  }

  /** True when something became free. */
  release(holder: string): boolean {
    return this.#held.delete(holder);
  }
}

/** The part of a demand that remains when the machine does not run. */
export function atRest(demand: Demand): Demand {
  return { ...NOTHING, diskBytes: demand.diskBytes };
}

function shortage(others: Demand, demand: Demand, supply: Supply): string | undefined {
  const free = subtract(supply, others);
  if (demand.memoryBytes > free.memoryBytes) {
    return `memory: ${mib(demand.memoryBytes)} MiB wanted, ${mib(free.memoryBytes)} MiB free`;
  }
  if (demand.cpus > free.cpus) return `CPUs: ${demand.cpus} wanted, ${Math.max(0, free.cpus)} free`;
  if (demand.diskBytes > free.diskBytes) {
    return `disk: ${mib(demand.diskBytes)} MiB wanted, ${mib(free.diskBytes)} MiB free`;
  }
  return undefined;
}

function add(a: Demand, b: Demand): Demand {
  return {
    cpus: a.cpus + b.cpus,
    memoryBytes: a.memoryBytes + b.memoryBytes,
    diskBytes: a.diskBytes + b.diskBytes,
  };
}

function subtract(a: Demand, b: Demand): Demand {
  return add(a, { cpus: -b.cpus, memoryBytes: -b.memoryBytes, diskBytes: -b.diskBytes });
}

function mib(bytes: number): number {
  return Math.max(0, Math.floor(bytes / 1024 / 1024));
}
