import type { Resource } from "../resource/resource.ts";
import { Interest } from "../subscription/interest.ts";
import type { ResourceSet } from "../table/resource-set.ts";
import type { ResourceTable } from "../table/resource-table.ts";
import type { AnyAnswer } from "../wire/any-message.ts";
import { AnswerLedger } from "./answer-ledger.ts";
import { exactResource } from "./exact-resource.ts";
import { type ResourceStatus, statusOfResources } from "./resource-status.ts";
import { TableFeed } from "./table-feed.ts";
import { TimeToLive } from "./time-to-live.ts";
import type { TypeContext } from "./type-context.ts";
import type { TypeRules } from "./type-rules.ts";

/**
 * How one type stands with one client: what it wants, was sent, refused and is owed. Both protocols
 * keep the same of it; what they make of it is the business of `SotwType` and `DeltaType`.
 *
 * What the client has is known in one of two forms. Under the wildcard it is `held`, contents of the
 * table that all its clients share; otherwise, and for what a reconnecting client brings along, it
 * is `sent`, name by name.
 */
export class TypeStanding<Answer extends AnyAnswer> {
  readonly rules: TypeRules;
  readonly interest: Interest;
  readonly ledger: AnswerLedger<Answer> = new AnswerLedger();
  readonly feed: TableFeed;
  readonly ttl: TimeToLive = new TimeToLive();
  /** Contents that the wildcard or the globs were brought to; undefined: compare everything. */
  held: ResourceSet | undefined;
  /** Name → version, or what stands for one (`sent-version.ts`). */
  readonly sent: Map<string, string> = new Map();
  /** Names and globs that must be answered whatever was sent (xds §2.1 rule 8). */
  readonly asked: Set<string> = new Set();
  /** Versions that the client refused. They count as sent: no reason to send again (§2.7). */
  readonly refused: Map<string, string> = new Map();

  constructor({ node, rules, cache, onChange }: TypeContext<Answer>) {
    this.rules = rules;
    this.interest = new Interest(rules.hasLegacyWildcard);
    const request = { node, typeUrl: rules.typeUrl };
    this.feed = new TableFeed({ cache, request, onChange });
  }

  /** Undefined when no cache serves the type. */
  get table(): ResourceTable | undefined {
    return this.feed.table;
  }

  /** The table that an answer may be made of now: it is known, and no answer is in flight. */
  get answerable(): ResourceTable | undefined {
    const { table } = this;
    return this.ledger.inFlight === undefined && table?.isKnown === true ? table : undefined;
  }

  /** These names are owed again, where the client wants them and they exist. */
  owe(names: Iterable<string>): void {
    for (const name of names) {
      if (this.interest.covers(name) && this.table?.get(name) !== undefined) this.asked.add(name);
    }
  }

  /** What was refused is owed again (§2.7 c). */
  retry(): void {
    this.owe(this.refused.keys());
    this.refused.clear();
  }

  refuse({ resources }: Answer): void {
    for (const { name, version } of resources) this.refused.set(name, version);
  }

  /** What the client does not want any more is forgotten, so that it is sent when it does (G6). */
  forgetUncovered(): void {
    for (const known of [this.sent, this.refused]) {
      for (const name of known.keys()) if (!this.interest.covers(name)) known.delete(name);
    }
  }

  /** The wildcard goes, the names stay: their versions are written down one by one. */
  leaveWildcard(): void {
    for (const { name, version } of this.held?.all() ?? []) {
      if (this.interest.covers(name)) this.sent.set(name, version);
    }
    // What changed since was not looked at by name.
    for (const name of this.interest.names) this.feed.changed.add(name);
    this.forgetUncovered();
  }

  /** The resources whose heartbeat is due (§2.8). They count as sent. */
  dueHeartbeats(nowMs: number): readonly Resource[] {
    const table = this.answerable;
    if (table === undefined || nowMs < this.ttl.nextAtMs) return [];
    const due: Resource[] = [];
    for (const name of this.ttl.take(nowMs)) {
      const resource = exactResource(table, name);
      if (resource === undefined || !this.interest.covers(name)) this.ttl.forget(name);
      else due.push(resource);
    }
    return due;
  }

  status(): Iterable<ResourceStatus> {
    const inFlight = this.ledger.inFlight?.answer.resources ?? [];
    return statusOfResources(this, inFlight);
  }

  close(): void {
    this.feed.close();
    this.ttl.clear();
  }
}
