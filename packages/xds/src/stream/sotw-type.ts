import type { Resource } from "../resource/resource.ts";
import { Interest, type InterestChange } from "../subscription/interest.ts";
import { WILDCARD } from "../subscription/resource-name.ts";
import type { ResourceSet } from "../table/resource-set.ts";
import type { ResourceTable } from "../table/resource-table.ts";
import type { ResourceError, SotwAnswer } from "../wire/answer.ts";
import type { SotwRequest } from "../wire/sotw-request.ts";
import type { PlannedAnswer } from "./answer-cache.ts";
import { AnswerLedger } from "./answer-ledger.ts";
import { canBeWrapped, keepsTimeToLive } from "./client-features.ts";
import { exactResource } from "./exact-resource.ts";
import { receptionOf } from "./reception.ts";
import { covered, statusOfResources } from "./resource-status.ts";
import { sotwShareKey } from "./share-key.ts";
import { type SotwDifference, sotwDifference } from "./sotw-difference.ts";
import { TableFeed } from "./table-feed.ts";
import { TimeToLive } from "./time-to-live.ts";
import { ToldAbsences } from "./told-absences.ts";
import type { TypeContext } from "./type-context.ts";
import type { Phase, Reception, ResourceStatus, TypeMachine } from "./type-machine.ts";
import type { TypeRules } from "./type-rules.ts";

const NOTHING: readonly string[] = [];
const NO_NAMES: ReadonlySet<string> = new Set();
const NO_RESOURCES: readonly Resource[] = [];
const NO_ERRORS: readonly ResourceError[] = [];

/**
 * One type of one state-of-the-world stream (xds §2.2).
 *
 * Clusters and listeners are always listed in full; of other types only what changed for this
 * client is sent, since absence means nothing there (§2.1 rule 12). What the client has is known
 * as in `DeltaType`: the table's contents under the wildcard, names and versions otherwise.
 */
export class SotwType implements TypeMachine<SotwRequest, SotwAnswer> {
  readonly interest: Interest;
  readonly ledger: AnswerLedger<SotwAnswer> = new AnswerLedger();
  readonly #context: TypeContext<SotwAnswer>;
  readonly #feed: TableFeed;
  readonly #ttl = new TimeToLive();
  readonly #isWrapped: boolean;
  readonly #absences = new ToldAbsences();
  /** Name → version. */
  readonly #sent = new Map<string, string>();
  /** Contents that the wildcard or the globs were brought to; undefined: compare everything. */
  #held: ResourceSet | undefined;
  /** Names and globs that are new to the subscription (§2.1 rule 8). */
  readonly #asked = new Set<string>();
  /** What outdated requests did not list any more; `*` for the wildcard. */
  readonly #doubtful = new Set<string>();
  /** Versions that the client refused. They count as sent: no reason to send again (§2.7). */
  readonly #refused = new Map<string, string>();
  /** The list that a full-state type was sent last. */
  #lastList: readonly Resource[] = [];
  /** The list that the client accepted last. */
  #acceptedList: readonly Resource[] = [];
  /** Names that only the refused list had. */
  #untaken: ReadonlySet<string> = NO_NAMES;
  /** The last list still holds what is gone (make-before-break). */
  #owesReduction = false;
  #lastVersion: string | undefined;
  #isFirst = true;
  #owesAnswer = false;

  constructor(context: TypeContext<SotwAnswer>) {
    this.#context = context;
    const { node, rules, cache, onChange } = context;
    this.interest = new Interest(rules.hasLegacyWildcard);
    this.#isWrapped = canBeWrapped(node);
    const request = { node, typeUrl: rules.typeUrl };
    this.#feed = new TableFeed({ cache, request, onChange });
  }

  get rules(): TypeRules {
    return this.#context.rules;
  }

  get table(): ResourceTable | undefined {
    return this.#feed.table;
  }

  get heartbeatAtMs(): number {
    return this.#ttl.nextAtMs;
  }

  receive(request: SotwRequest): Reception {
    const { clock, rules } = this.#context;
    const verdict = this.ledger.receive(request, clock.now());
    const nowMs = clock.monotonic();
    // §2.1 rule 4: an outdated request gets no answer, and its names are outdated too.
    if (verdict.kind === "stale") {
      this.#noteStale(request.resourceNames);
      return receptionOf(rules.typeUrl, verdict, undefined, nowMs, namesOf);
    }
    if (verdict.kind === "ack") this.#accept(verdict.of.answer);
    if (verdict.kind === "nack") this.#refuse(verdict.of.answer);
    const change = this.interest.replace(request.resourceNames);
    this.#note(change);
    this.#oweDoubtful();
    return receptionOf(rules.typeUrl, verdict, change, nowMs, namesOf);
  }

  take(phase: Phase): PlannedAnswer<SotwAnswer> | undefined {
    this.#feed.renew(this.interest);
    const table = this.table;
    if (table === undefined || !table.isKnown) return undefined;
    if (this.ledger.inFlight !== undefined) return undefined;
    if (phase === "removals") return this.#takeReduction(table);
    if (this.interest.isEmpty) return undefined;
    const isFirstContact = this.#lastVersion === undefined;
    const isVersionNew = this.#isVersionNew(table);
    const wildcardKey = this.#wildcardKey(table, phase);
    const shared = this.#takeShared(table, wildcardKey);
    if (shared !== undefined) return shared;
    const difference = this.#difference(table);
    const news = this.rules.isFullState
      ? this.#fullList(table, difference, phase, isVersionNew)
      : this.#partialList(table, difference, isVersionNew);
    const errors = this.rules.reportsErrors
      ? this.#absences.take(table, this.interest, difference, news ?? NO_RESOURCES)
      : NO_ERRORS;
    if (news === undefined && errors.length === 0) return undefined;
    // §2.1 rule 12: an empty list would delete clusters and listeners.
    const list = news ?? (this.rules.isFullState ? [...covered(table, this.interest)] : []);
    const answer = { ...this.#answer(table, list), errors };
    const isTold = this.#context.tellsChanges && !isFirstContact;
    const changed = isTold ? [...difference.set.keys()] : NOTHING;
    const shareKey = errors.length > 0 ? undefined : (wildcardKey ?? sotwShareKey(answer));
    return this.#planned(answer, shareKey, changed);
  }

  takeHeartbeat(nowMs: number): PlannedAnswer<SotwAnswer> | undefined {
    const table = this.table;
    const versionInfo = this.#lastVersion;
    if (this.ledger.inFlight !== undefined || versionInfo === undefined) return undefined;
    if (table === undefined || !table.isKnown) return undefined;
    const due: Resource[] = [];
    for (const name of this.#ttl.take(nowMs)) {
      const resource = exactResource(table, name);
      if (resource === undefined || !this.interest.covers(name)) this.#ttl.forget(name);
      else due.push(resource);
    }
    if (due.length === 0) return undefined;
    // §2.8: a partial list of a full-state type could be read as deletion, so it goes in full.
    const isFull = this.rules.isFullState;
    const resources = isFull ? this.#lastList : due;
    const isBare = !isFull && keepsTimeToLive(this.#context.node);
    const heartbeats = isBare ? new Set(due.map(({ name }) => name)) : NO_NAMES;
    const answer = { ...this.#answer(table, resources), versionInfo, heartbeats };
    return { answer, shareKey: undefined, changed: NOTHING };
  }

  sent(answer: SotwAnswer, nonce: string, nowMs: number): void {
    const version = answer.versionInfo;
    this.#lastVersion = version;
    this.ledger.sent({ nonce, version, answer, sentAtMs: nowMs }, this.#context.clock.now());
  }

  owe(names: Iterable<string>): void {
    for (const name of names) {
      if (this.interest.covers(name) && this.table?.get(name) !== undefined) this.#asked.add(name);
    }
  }

  retry(): void {
    this.owe(this.#refused.keys());
    this.#refused.clear();
  }

  status(): Iterable<ResourceStatus> {
    return statusOfResources({
      table: this.table,
      interest: this.interest,
      held: this.#held,
      sent: this.#sent,
      refused: this.#refused,
      inFlight: this.ledger.inFlight?.answer.resources ?? [],
    });
  }

  close(): void {
    this.#feed.close();
    this.#ttl.clear();
  }

  #accept({ resources }: SotwAnswer): void {
    this.#acceptedList = resources;
    this.#untaken = NO_NAMES;
  }

  #refuse(answer: SotwAnswer): void {
    for (const { name, version } of answer.resources) this.#refused.set(name, version);
    const before = new Set(this.#acceptedList.map(({ name }) => name));
    this.#untaken = new Set(namesOf(answer).filter((name) => !before.has(name)));
  }

  /**
   * An outdated request changes nothing, but it tells what the client gave up meanwhile: should it
   * hold that again in its next request, it waits to be sent it (§2.1 rule 8).
   */
  #noteStale(listed: readonly string[]): void {
    for (const name of this.interest.missingIn(listed)) this.#doubtful.add(name);
  }

  #oweDoubtful(): void {
    for (const name of this.#doubtful) {
      if (name === WILDCARD) this.#forgetWildcard();
      else if (this.interest.holds(name)) this.#asked.add(name);
    }
    this.#doubtful.clear();
  }

  #forgetWildcard(): void {
    if (!this.interest.isWildcard) return;
    this.#held = undefined;
    this.#refused.clear();
    this.#owesAnswer = true;
  }

  #note(change: InterestChange): void {
    if (change.wildcard === "lost") this.#leaveWildcard();
    if (change.wildcard === "gained") this.#held = undefined;
    // Clusters and listeners: an empty list is news too. Elsewhere only the wildcard is owed one.
    const isOwed = this.#isFirst && !this.interest.isEmpty && this.rules.isFullState;
    if (isOwed || change.wildcard === "gained") this.#owesAnswer = true;
    if (this.interest.isEmpty) this.#owesAnswer = false;
    this.#isFirst = false;
    for (const name of change.asked) this.#asked.add(name);
    for (const name of change.dropped) {
      this.#asked.delete(name);
      this.#absences.forget(name);
    }
    if (change.dropped.length > 0) this.#prune();
    this.#feed.follow(this.interest, change);
  }

  /** What is not subscribed to any more is forgotten, so that it is sent when it is again (G6). */
  #prune(): void {
    for (const known of [this.#sent, this.#refused]) {
      for (const name of known.keys()) if (!this.interest.covers(name)) known.delete(name);
    }
  }

  /** The wildcard goes, the names stay: their versions are written down one by one. */
  #leaveWildcard(): void {
    for (const { name, version } of this.#held?.all() ?? []) {
      if (this.interest.covers(name)) this.#sent.set(name, version);
    }
    // What changed since was not looked at by name.
    for (const name of this.interest.names) this.#feed.changed.add(name);
    this.#prune();
  }

  /** The caller gave the snapshot another version: every client is to hear of it. */
  #isVersionNew(table: ResourceTable): boolean {
    const { givenVersion } = table;
    const isKnown = this.#lastVersion !== undefined && givenVersion !== undefined;
    return isKnown && givenVersion !== this.#lastVersion;
  }

  /** Under the wildcard, what another client got that stood where this one stands. */
  #takeShared(
    table: ResourceTable,
    key: string | undefined,
  ): PlannedAnswer<SotwAnswer> | undefined {
    const found = key === undefined ? undefined : this.#context.answers.find(key);
    if (found === undefined) return undefined;
    const changed = this.#changedUnderWildcard(table);
    this.#feed.takeStateChange();
    this.#held = table.contents;
    return this.#planned(found, key, changed);
  }

  /** Undefined when nothing is owed or the answer is this client's own. */
  #wildcardKey(table: ResourceTable, phase: Phase): string | undefined {
    const own = this.#asked.size + this.#sent.size;
    if (!this.interest.isWildcard || own > 0 || phase !== "all") return undefined;
    const { contents, typeUrl, version } = table;
    if (this.#held === contents && !this.#owesAnswer) return undefined;
    // A full list is the same wherever the client stood.
    const from = this.rules.isFullState ? "" : (this.#held?.version ?? "");
    const form = this.#isWrapped ? "w" : "b";
    return [typeUrl, from, contents.version, form, version].join("\n");
  }

  #difference(table: ResourceTable): SotwDifference {
    const isWhole = this.#feed.takeStateChange();
    const difference = sotwDifference({
      table,
      interest: this.interest,
      held: this.#held,
      sent: this.#sent,
      asked: this.#asked,
      changed: isWhole ? undefined : this.#feed.changed,
      refused: this.#refused,
    });
    this.#feed.changed.clear();
    if (this.interest.isWildcard) this.#sent.clear();
    this.#asked.clear();
    const { isWildcard, globs } = this.interest;
    this.#held = isWildcard || globs.size > 0 ? table.contents : undefined;
    return difference;
  }

  /** Clusters and listeners: all or nothing. */
  #fullList(
    table: ResourceTable,
    { set, hasRemovals }: SotwDifference,
    phase: Phase,
    isVersionNew: boolean,
  ): readonly Resource[] | undefined {
    const hasAdditions = set.size > 0 || this.#owesAnswer;
    if (phase === "additions") {
      // What is gone stays in the list until whatever refers to it has been replaced.
      const gone = this.#gone(table);
      this.#owesReduction = gone.length > 0;
      if (!hasAdditions && (gone.length > 0 || !isVersionNew)) return undefined;
      // What the client never took is not kept for it: it would refuse the list again.
      const kept = gone.filter(({ name }) => !this.#untaken.has(name));
      return [...covered(table, this.interest), ...kept];
    }
    if (!hasAdditions && !hasRemovals && !isVersionNew) return undefined;
    return [...covered(table, this.interest)];
  }

  #gone(table: ResourceTable): readonly Resource[] {
    const isGone = ({ name }: Resource): boolean =>
      exactResource(table, name) === undefined && this.interest.covers(name);
    return this.#lastList.filter(isGone);
  }

  /** Other types: what changed, or everything when only the given version did. */
  #partialList(
    table: ResourceTable,
    { set }: SotwDifference,
    isVersionNew: boolean,
  ): readonly Resource[] | undefined {
    if (set.size > 0) return [...set.values()];
    if (this.#owesAnswer) return [];
    const all = isVersionNew ? [...covered(table, this.interest)] : [];
    return all.length > 0 ? all : undefined;
  }

  #takeReduction(table: ResourceTable): PlannedAnswer<SotwAnswer> | undefined {
    if (!this.#owesReduction || this.interest.isEmpty) return undefined;
    this.#owesReduction = false;
    const answer = this.#answer(table, [...covered(table, this.interest)]);
    return this.#planned(answer, sotwShareKey(answer), NOTHING);
  }

  #answer(table: ResourceTable, resources: readonly Resource[]): SotwAnswer {
    return {
      typeUrl: table.typeUrl,
      versionInfo: table.version,
      resources,
      isWrapped: this.#isWrapped,
      heartbeats: NO_NAMES,
      errors: [],
    };
  }

  /** Writes down what the client has once it gets this. */
  #planned(
    answer: SotwAnswer,
    shareKey: string | undefined,
    changed: readonly string[],
  ): PlannedAnswer<SotwAnswer> {
    this.#owesAnswer = false;
    if (this.rules.isFullState) this.#lastList = answer.resources;
    if (!this.interest.isWildcard) {
      for (const { name, version } of answer.resources) this.#sent.set(name, version);
    }
    if (this.#refused.size > 0) {
      for (const { name } of answer.resources) this.#refused.delete(name);
    }
    if (this.#isWrapped && this.#context.answers.hasTimeToLive(answer)) {
      this.#ttl.noteSent(answer.resources, this.#context.clock.monotonic());
    }
    return { answer, shareKey, changed };
  }

  #changedUnderWildcard(table: ResourceTable): readonly string[] {
    if (!this.#context.tellsChanges || this.#held === undefined) return NOTHING;
    return table.contents.changesSince(this.#held).filter((name) => table.contents.has(name));
  }
}

function namesOf(answer: SotwAnswer): readonly string[] {
  return answer.resources.map(({ name }) => name);
}
