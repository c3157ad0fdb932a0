import { type Clock, Problem, type ProblemCode } from "@signalbox/base";
import type { MachineFault } from "../machine-fault.ts";
import type { Provider } from "../provider.ts";

/** Methods of a provider that can be made to misbehave: those that answer later. */
export type FaultyMethod = Exclude<
  keyof Provider,
  "type" | "capabilities" | "defaults" | "health" | "onMachineChange" | "start" | "close"
>;

/** What a call does instead of its work, or before it. */
export type FaultEffect =
  | {
      readonly type: "fail";
      readonly code: ProblemCode;
      readonly message: string;
      readonly retryAfterMs?: number;
    }
  /** Answers nothing until the caller aborts. */
  | { readonly type: "hang" }
  /** Works, `ms` milliseconds later. */
  | { readonly type: "slow"; readonly ms: number };

export type FaultRule =
  | {
      readonly on: FaultyMethod;
      readonly effect: FaultEffect;
      /** How many calls it hits; default all. */
      readonly times?: number;
    }
  /** The next boots, or rebuilds, fail with this. A rebuild that fails leaves the old disk. */
  | { readonly on: SlowWork; readonly fault: MachineFault; readonly times?: number };

/** What goes on after the call that began it, and can go wrong then. */
export type SlowWork = "boot" | "rebuild";

interface Entry {
  readonly rule: FaultRule;
  left: number;
}

/** What tests and load runs make go wrong in a simulated provider. The oldest rule that fits hits. */
export class FaultInjector {
  readonly #entries = new Set<Entry>();

  /** Adds a rule; the answer takes it away again. */
  inject(rule: FaultRule): () => void {
    const entry = { rule, left: rule.times ?? Number.POSITIVE_INFINITY };
    this.#entries.add(entry);
    return () => void this.#entries.delete(entry);
  }

  clear(): void {
    this.#entries.clear();
  }

  /** Carries out what is in store for a call of `method`. */
  async strike(method: FaultyMethod, clock: Clock, signal: AbortSignal): Promise<void> {
    const rule = this.#use(method);
    if (rule === undefined || "fault" in rule) return;
    const { effect } = rule;
    switch (effect.type) {
      case "fail": {
        const { code, message, retryAfterMs } = effect;
        throw new Problem(code, message, retryAfterMs === undefined ? {} : { retryAfterMs });
      }
      case "hang":
        return aborted(signal);
      case "slow":
        return clock.sleep(effect.ms, { signal });
    }
  }

  /** What is wrong with the boot or the rebuild that is about to end. */
  takeFaultOf(work: SlowWork): MachineFault | undefined {
    const rule = this.#use(work);
    return rule !== undefined && "fault" in rule ? rule.fault : undefined;
  }

  #use(on: FaultRule["on"]): FaultRule | undefined {
    for (const entry of this.#entries) {
      if (entry.rule.on !== on) continue;
      entry.left--;
      if (entry.left <= 0) this.#entries.delete(entry);
      return entry.rule;
    }
    return undefined;
  }
}

/** An import whose bytes are not those that were announced. */
export function checksumMismatch(uri: string): FaultEffect {
  return {
    type: "fail",
    code: "unprocessable",
    message: `the checksum of ${uri} is not the one given; check the sha256 and the source`,
  };
}

/** An import whose source does not answer. */
export function unreachableSource(uri: string): FaultEffect {
  return {
    type: "fail",
    code: "provider_unavailable",
    message: `${uri} cannot be reached; it is tried again`,
    retryAfterMs: 5_000,
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
