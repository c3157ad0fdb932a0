import { STATUS } from "@signalbox/grpc";
import type { Resource } from "../resource/resource.ts";
import type { Interest } from "../subscription/interest.ts";
import type { ResourceTable } from "../table/resource-table.ts";
import type { ResourceError } from "../wire/answer.ts";
import type { StatusDetail } from "../wire/status-detail.ts";
import type { SotwDifference } from "./sotw-difference.ts";

const NOT_FOUND: StatusDetail = Object.freeze({
  code: STATUS.NOT_FOUND,
  message: "there is no such resource",
});

/** What to say of a name that is not there: why it could not be looked for, or that there is none. */
export function absenceOf(table: ResourceTable, name: string): StatusDetail {
  return table.failureOf(name) ?? NOT_FOUND;
}

/**
 * What a state-of-the-world client was told of names that are not there (xds §2.11): each is told
 * once, and again when the reason is another one.
 */
export class ToldAbsences {
  readonly #told = new Map<string, number>();

  /** The client gave the name up: it is told again when it asks again. */
  forget(name: string): void {
    this.#told.delete(name);
  }

  /**
   * What the client is to be told now. There is no word for the wildcard, nothing is said of names
   * that a loader looks for, and never of a resource that the same answer holds.
   */
  take(
    table: ResourceTable,
    interest: Interest,
    { set, missing }: SotwDifference,
    sent: readonly Resource[],
  ): readonly ResourceError[] {
    for (const name of set.keys()) this.#told.delete(name);
    if (missing.size === 0) return [];
    const inAnswer = new Set(sent.map(({ name }) => name));
    const errors: ResourceError[] = [];
    for (const name of missing) {
      if (!interest.names.has(name) || inAnswer.has(name)) continue;
      const detail = absenceOf(table, name);
      if (this.#told.get(name) === detail.code || table.isPending(name)) continue;
      this.#told.set(name, detail.code);
      errors.push({ name, detail });
    }
    return errors;
  }
}
