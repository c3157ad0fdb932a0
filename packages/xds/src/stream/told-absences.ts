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

/** Names that a state-of-the-world client was told do not exist (xds §2.11): each is told once. */
export class ToldAbsences {
  readonly #told = new Set<string>();

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
      if (this.#told.has(name) || table.isPending(name)) continue;
      this.#told.add(name);
      errors.push({ name, detail: NOT_FOUND });
    }
    return errors;
  }
}
