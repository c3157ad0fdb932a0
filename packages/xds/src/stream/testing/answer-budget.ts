import assert from "node:assert/strict";
import { TYPE_URLS } from "../../resource/resource-types.ts";
import type { AnyRequest } from "../../wire/any-message.ts";
import type { DeltaRequest } from "../../wire/delta-request.ts";
import type { SotwRequest } from "../../wire/sotw-request.ts";
import type { Ordering } from "../xds-stream.ts";

/**
 * Holds the answers of one connection to their causes (I3): a change of the truth, or a request that
 * is more than a word on an answer, is worth one answer of its type. Refusals are worth none.
 */
export class AnswerBudget {
  /** Make-before-break may answer twice: what adds, and later what removes. */
  readonly #perCause: number;
  readonly #left = new Map<string, number>();
  /** What was asked for last, by type. State of the world only. */
  readonly #listed = new Map<string, string>();

  constructor(ordering: Ordering) {
    this.#perCause = ordering === "makeBeforeBreak" ? 2 : 1;
  }

  changed(typeUrl: string): void {
    this.#left.set(typeUrl, (this.#left.get(typeUrl) ?? 0) + this.#perCause);
  }

  requested(request: AnyRequest): void {
    if (this.#asks(request)) this.changed(request.typeUrl);
  }

  answered(typeUrl: string): void {
    const left = this.#left.get(typeUrl) ?? 0;
    assert.ok(left > 0, `I3: an answer of ${typeUrl} without a cause`);
    this.#left.set(typeUrl, left - 1);
    // Clusters that were updated are followed by their endpoints (§2.1 rule 16).
    if (typeUrl === TYPE_URLS.cluster) this.changed(TYPE_URLS.endpoint);
  }

  #asks(request: AnyRequest): boolean {
    const isFirst = !this.#listed.has(request.typeUrl);
    const before = this.#listed.get(request.typeUrl);
    const listed = JSON.stringify(namesOf(request));
    this.#listed.set(request.typeUrl, listed);
    if ("subscribe" in request) return isFirst || listed !== NONE;
    return isFirst || listed !== before;
  }
}

const NONE = JSON.stringify([]);

/** Those that a request lists, or changes. */
function namesOf(request: AnyRequest): readonly string[] {
  const known = request as SotwRequest | DeltaRequest;
  if ("resourceNames" in known) return known.resourceNames;
  return [...known.subscribe, ...known.unsubscribe];
}
