import { Problem } from "@signalbox/base";
import type { ConditionReason } from "../model/condition.ts";

/** What a failed provider call means for the resource, and what to do next. */
export interface Trouble {
  /** Undefined: the conditions stay as they are. */
  readonly condition?: { readonly reason: ConditionReason; readonly message: string };
  /**
   * `later`: look again after `afterMs`, as something else has to change first.
   * `parked`: the next change of an input, or the next resync, has another look.
   * `failed`: a fault; thrown on, so that it is logged and backed off from.
   */
  readonly next:
    | { readonly type: "later"; readonly afterMs: number }
    | { readonly type: "parked" }
    | { readonly type: "failed" };
}

const CONFLICT_RETRY_MS = 2_000;
const VANISHED_RETRY_MS = 1_000;
/** How long to wait for capacity or a provider that does not say (compute-api §7.2). */
const DEFAULT_RETRY_MS = 10_000;

/** Messages of typed problems are written for users; of anything else only the log learns. */
export function troubleFrom(error: unknown): Trouble {
  const problem = Problem.from(error);
  const { message } = problem;
  const later = (afterMs: number) => ({ type: "later", afterMs }) as const;
  const retryMs = problem.retryAfterMs ?? DEFAULT_RETRY_MS;
  switch (problem.code) {
    case "no_capacity":
      return { condition: { reason: "NoCapacity", message }, next: later(retryMs) };
    case "provider_unavailable":
      return { condition: { reason: "ProviderUnavailable", message }, next: later(retryMs) };
    case "provider_unsupported":
      return { condition: { reason: "Unsupported", message }, next: { type: "parked" } };
    case "unprocessable":
      return { condition: { reason: "Errored", message }, next: { type: "parked" } };
    // The machine is busy with something else, which ends by itself.
    case "conflict":
      return { next: later(problem.retryAfterMs ?? CONFLICT_RETRY_MS) };
    // It vanished between two calls; the next look starts from there.
    case "not_found":
      return { next: later(VANISHED_RETRY_MS) };
    case "request_timeout":
      return {
        condition: {
          reason: "ProviderUnavailable",
          message: "the provider did not answer in time",
        },
        next: { type: "failed" },
      };
    // The status could not be written either.
    case "store_unavailable":
    case "store_full":
    case "unavailable":
      return { next: { type: "failed" } };
    default:
      return {
        condition: { reason: "Errored", message: "an unexpected error; it is tried again" },
        next: { type: "failed" },
      };
  }
}

/** Nobody who waits looks more seldom than this, unless the provider asks for it. */
const MOST_PATIENT_MS = 60_000;

/**
 * The pause before the next try of something that has waited in vain for `waitedMs`: a tenth of
 * that, within bounds, so that a thousand who wait for long cost little.
 *
 * @param afterMs the least, as the provider said it
 */
export function patientRetryMs(afterMs: number, waitedMs: number): number {
  return Math.max(afterMs, Math.min(waitedMs / 10, MOST_PATIENT_MS));
}
