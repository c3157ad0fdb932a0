import { GrpcError, type RawServerCall, STATUS } from "@signalbox/grpc";
import type { Backend } from "./backend.ts";
import type { Completion } from "./fan-out/completion.ts";
import type { ReplyOrder } from "./fan-out/collected-replies.ts";
import type { NodeOutcome } from "./fan-out/node-status.ts";

/** Where a call goes. */
export type Plan = OneToOne | OneToMany;

/** To one machine, byte for byte. */
export interface OneToOne {
  readonly mode: "one-to-one";
  /** Exactly one. */
  readonly backends: readonly Backend[];
  readonly onDone?: (outcomes: readonly NodeOutcome[]) => void;
}

/** To any number of machines, one too: their replies are put in envelopes and merged. */
export interface OneToMany {
  readonly mode: "one-to-many";
  /** At least one; a machine that is named twice answers twice. */
  readonly backends: readonly Backend[];
  /** When enough machines have answered. @default all of them */
  readonly completion?: Completion;
  /** Of the replies to a unary call. @default "arrival" */
  readonly order?: ReplyOrder;
  /** Told once, when the call is over, how it went on each machine; for audits. */
  readonly onDone?: (outcomes: readonly NodeOutcome[]) => void;
}

/**
 * Decides where a call goes, before anything of it is read. What it throws is the call's end: a
 * GrpcError with its status.
 */
export type Director = (call: RawServerCall) => Plan | Promise<Plan>;

/** @throws GrpcError when the number of backends does not fit the mode (node-api §1.2) */
export function checkPlan(plan: Plan): void {
  const count = plan.backends.length;
  switch (plan.mode) {
    case "one-to-one":
      if (count === 1) return;
      throw new GrpcError(
        STATUS.INTERNAL,
        `one2one proxying should have exactly one connection (got ${count})`,
      );
    case "one-to-many":
      if (count > 0) return;
      throw new GrpcError(STATUS.UNAVAILABLE, "no backend connections for proxying");
    default:
      plan satisfies never;
      throw new GrpcError(STATUS.INTERNAL, "unsupported proxy mode");
  }
}
