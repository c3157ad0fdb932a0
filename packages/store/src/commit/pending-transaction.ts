import { Problem } from "@signalbox/base";
import { frozenCopy } from "../json-value.ts";
import type { Kind } from "../kind.ts";
import { requireResource } from "../require-resource.ts";
import type { Change, ListQuery, Page, Resource, Transaction } from "../store.ts";
import type { Overlay, OverlayTable } from "../view/overlay.ts";
import { readPage } from "../view/resource-set.ts";
import type { PendingChange } from "./commit.ts";

export interface TransactionLimits {
  /** Longest value of one resource, in characters of JSON. */
  readonly maxValueLength: number;
}

interface Touched {
  readonly table: OverlayTable;
  readonly id: string;
  readonly before: Resource | undefined;
  text: string | undefined;
}

const ID = /^[\x21-\x7e]{1,256}$/;

/**
 * One run of a transaction body over an overlay. It ends in `seal` (the overlay keeps the writes)
 * or in `rollback` (the overlay is as before); from then on it refuses to be used.
 */
export class PendingTransaction implements Transaction {
  readonly #overlay: Overlay;
  readonly #revision: number;
  readonly #limits: TransactionLimits;
  readonly #touched = new Map<string, Touched>();
  #ended = false;

  /** @param revision the revision that its writes will have. */
  constructor(overlay: Overlay, revision: number, limits: TransactionLimits) {
    this.#overlay = overlay;
    this.#revision = revision;
    this.#limits = limits;
  }

  get<T>(kind: Kind<T>, id: string): Resource<T> | undefined {
    return this.#table(kind).get(id) as Resource<T> | undefined;
  }

  list<T>(kind: Kind<T>, query: ListQuery<T> = {}): Page<T> {
    return readPage(this.#table(kind), query, this.#revision - 1);
  }

  create<T>(kind: Kind<T>, id: string, value: T): void {
    const table = this.#table(kind);
    if (table.get(id) !== undefined) {
      throw new Problem("already_exists", `a ${kind.name} with the id ${id} exists already`);
    }
    if (!ID.test(id)) {
      throw new Problem("invalid_request", "an id is 1 to 256 printable ASCII characters");
    }
    this.#write(kind, table, id, value, this.#revision);
  }

  update<T>(kind: Kind<T>, id: string, value: T, expected?: number): void {
    const { createdRevision } = requireResource(this, kind, id, expected);
    this.#write(kind, this.#table(kind), id, value, createdRevision);
  }

  delete(kind: Kind<never>, id: string, expected?: number): void {
    requireResource(this, kind, id, expected);
    const table = this.#table(kind);
    this.#touch(kind, table, id).text = undefined;
    table.set(id, undefined);
  }

  /** The net changes: what was made and removed again does not show. */
  seal(): readonly PendingChange[] {
    this.#ended = true;
    const changes: PendingChange[] = [];
    for (const { table, id, before, text } of this.#touched.values()) {
      const change = changeOf(before, table.get(id), this.#revision);
      if (change !== undefined) changes.push({ change, text });
    }
    return changes;
  }

  rollback(): void {
    this.#ended = true;
    for (const { table, id, before } of this.#touched.values()) table.set(id, before);
  }

  #write(kind: Kind<never>, table: OverlayTable, id: string, value: unknown, created: number) {
    const frozen = frozenCopy(value);
    // An index that throws has to do so here, while the write can still be refused.
    for (const valuesOf of kind.indexes.values()) valuesOf(frozen as never);
    const text = JSON.stringify(frozen);
    if (text === undefined) throw new TypeError(`${kind.name} ${id}: undefined cannot be stored`);
    if (text.length > this.#limits.maxValueLength) {
      const limit = this.#limits.maxValueLength;
      throw new Problem("payload_too_large", `a ${kind.name} may have ${limit} characters of JSON`);
    }
    const revision = this.#revision;
    const resource = { kind: kind.name, id, value: frozen, revision, createdRevision: created };
    this.#touch(kind, table, id).text = text;
    table.set(id, Object.freeze(resource));
  }

  #touch(kind: Kind<never>, table: OverlayTable, id: string): Touched {
    const key = `${kind.name}/${id}`;
    let touched = this.#touched.get(key);
    if (touched === undefined) {
      touched = { table, id, before: table.get(id), text: undefined };
      this.#touched.set(key, touched);
    }
    return touched;
  }

  #table(kind: Kind<never>): OverlayTable {
    if (this.#ended) throw new TypeError("a transaction cannot be used after its body has ended");
    return this.#overlay.table(kind);
  }
}

function changeOf(
  before: Resource | undefined,
  after: Resource | undefined,
  revision: number,
): Change | undefined {
  if (before === after) return undefined;
  if (after === undefined) {
    return Object.freeze({ type: "deleted", previous: before as Resource, revision });
  }
  if (before === undefined) return Object.freeze({ type: "created", resource: after });
  return Object.freeze({ type: "updated", resource: after, previous: before });
}
