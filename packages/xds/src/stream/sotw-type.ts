import type { Resource } from "../resource/resource.ts";
import type { InterestChange } from "../subscription/interest.ts";
import { WILDCARD } from "../subscription/resource-name.ts";
import type { ResourceTable } from "../table/resource-table.ts";
import type { ResourceError, SotwAnswer } from "../wire/answer.ts";
import type { SotwRequest } from "../wire/sotw-request.ts";
import type { PlannedAnswer } from "./answer-cache.ts";
import { canBeWrapped, keepsTimeToLive } from "./client-features.ts";
import { coveredResources } from "./covered-resources.ts";
import { exactResource } from "./exact-resource.ts";
import { receptionOf } from "./reception.ts";
import { sotwShareKey } from "./share-key.ts";
import { type SotwDifference, sotwDifference } from "./sotw-difference.ts";
import { ToldAbsences } from "./told-absences.ts";
import type { TypeContext } from "./type-context.ts";
import type { Phase, Reception, TypeMachine } from "./type-machine.ts";
import { TypeStanding } from "./type-standing.ts";

const NOTHING: readonly string[] = [];
const NO_NAMES: ReadonlySet<string> = new Set();
const NO_RESOURCES: readonly Resource[] = [];
const NO_ERRORS: readonly ResourceError[] = [];

/**
 * One type of one state-of-the-world stream (xds §2.2).
 *
 * Clusters and listeners are always listed in full; of other types only what changed for this
 * client is sent, since absence means nothing there (§2.1 rule 12).
 */
export class SotwType implements TypeMachine<SotwRequest, SotwAnswer> {
  readonly standing: TypeStanding<SotwAnswer>;
  readonly #context: TypeContext<SotwAnswer>;
  readonly #isWrapped: boolean;
  readonly #absences = new ToldAbsences();
  /** What outdated requests did not list any more; `*` for the wildcard. */
  readonly #doubtful = new Set<string>();
  /** The list that a full-state type was sent last. */
  #lastList: readonly Resource[] = [];
  /** The list that the client accepted last. */
  #acceptedList: readonly Resource[] = [];
  /** Names that only the refused list had. */
  #untaken: ReadonlySet<string> = NO_NAMES;
  /** The last list still holds what is gone (make-before-break). */
  #owesReduction = false;
  #isFirst = true;
  #owesAnswer = false;

  constructor(context: TypeContext<SotwAnswer>) {
    this.#context = context;
    this.standing = new TypeStanding(context);
    this.#isWrapped = canBeWrapped(context.node);
  }

  /** What the last answer said. */
  get #lastVersion(): string | undefined {
    return this.standing.ledger.lastSent?.version;
  }

  get heldBytes(): number {
    return this.standing.interest.heldBytes;
  }

  receive(request: SotwRequest): Reception {
    const { clock, rules } = this.#context;
    const verdict = this.standing.ledger.receive(request, clock.now());
    const nowMs = clock.monotonic();
    // §2.1 rule 4: an outdated request gets no answer, and its names are outdated too.
    if (verdict.kind === "stale") {
      this.#noteStale(request.resourceNames);
      return receptionOf(rules.typeUrl, verdict, undefined, nowMs);
    }
    if (verdict.kind === "ack") this.#accept(verdict.of.answer);
    if (verdict.kind === "nack") this.#refuse(verdict.of.answer);
    const change = this.standing.interest.replace(request.resourceNames);
    this.#note(change);
    this.#oweDoubtful();
    return receptionOf(rules.typeUrl, verdict, change, nowMs);
  }

  take(phase: Phase): PlannedAnswer<SotwAnswer> | undefined {
    this.standing.feed.renew(this.standing.interest);
    const table = this.standing.answerable;
    if (table === undefined) return undefined;
    if (phase === "removals") return this.#takeReduction(table);
    if (this.standing.interest.isEmpty) return undefined;
    const isFirstContact = this.#lastVersion === undefined;
    const isVersionNew = this.#isVersionNew(table);
    const wildcardKey = this.#wildcardKey(table, phase);
    const shared = this.#takeShared(table, wildcardKey);
    if (shared !== undefined) return shared;
    const difference = this.#difference(table);
    const news = this.standing.rules.isFullState
      ? this.#fullList(table, difference, phase, isVersionNew)
      : this.#partialList(table, difference, isVersionNew);
    const errors = this.standing.rules.reportsErrors
      ? this.#absences.take(table, this.standing.interest, difference, news ?? NO_RESOURCES)
      : NO_ERRORS;
    if (news === undefined && errors.length === 0) return undefined;
    // §2.1 rule 12: an empty list would delete clusters and listeners.
    const list =
      news ??
      (this.standing.rules.isFullState ? [...coveredResources(table, this.standing.interest)] : []);
    const answer = { ...this.#answer(list, table.version), errors };
    const isTold = this.#context.tellsChanges && !isFirstContact;
    const changed = isTold ? [...difference.set.keys()] : NOTHING;
    const shareKey = wildcardKey ?? sotwShareKey(answer);
    return this.#planned(answer, shareKey, changed);
  }

  heartbeat(due: readonly Resource[]): SotwAnswer {
    // §2.8: a partial list of a full-state type could be read as deletion, so it goes in full.
    const isFull = this.standing.rules.isFullState;
    const resources = isFull ? this.#lastList : due;
    const isBare = !isFull && keepsTimeToLive(this.#context.node);
    const heartbeats = isBare ? new Set(due.map(({ name }) => name)) : NO_NAMES;
    // A heartbeat must say the version that the client has.
    const versionInfo = this.#lastVersion ?? "";
    return { ...this.#answer(resources, versionInfo), heartbeats };
  }

  #accept({ resources }: SotwAnswer): void {
    this.#acceptedList = resources;
    this.#untaken = NO_NAMES;
  }

  #refuse(answer: SotwAnswer): void {
    this.standing.refuse(answer);
    const before = new Set(this.#acceptedList.map(({ name }) => name));
    this.#untaken = new Set(
      answer.resources.map(({ name }) => name).filter((name) => !before.has(name)),
    );
  }

  /**
   * An outdated request changes nothing, but it tells what the client gave up meanwhile: should it
   * hold that again in its next request, it waits to be sent it (§2.1 rule 8).
   */
  #noteStale(listed: readonly string[]): void {
    for (const name of this.standing.interest.missingIn(listed)) this.#doubtful.add(name);
  }

  #oweDoubtful(): void {
    for (const name of this.#doubtful) {
      if (name === WILDCARD) this.#forgetWildcard();
      else if (this.standing.interest.holds(name)) this.standing.asked.add(name);
    }
    this.#doubtful.clear();
  }

  #forgetWildcard(): void {
    if (!this.standing.interest.isWildcard) return;
    this.standing.held = undefined;
    this.standing.refused.clear();
    this.#owesAnswer = true;
  }

  #note(change: InterestChange): void {
    if (change.wildcard === "lost") this.standing.leaveWildcard();
    if (change.wildcard === "gained") this.standing.held = undefined;
    // Clusters and listeners: an empty list is news too. Elsewhere only the wildcard is owed one.
    const isOwed =
      this.#isFirst && !this.standing.interest.isEmpty && this.standing.rules.isFullState;
    if (isOwed || change.wildcard === "gained") this.#owesAnswer = true;
    if (this.standing.interest.isEmpty) this.#owesAnswer = false;
    this.#isFirst = false;
    for (const name of change.asked) this.standing.asked.add(name);
    for (const name of change.dropped) {
      this.standing.asked.delete(name);
      this.#absences.forget(name);
    }
    if (change.dropped.length > 0) this.standing.forgetUncovered();
    this.standing.feed.follow(this.standing.interest, change);
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
    this.standing.feed.takeStateChange();
    this.standing.held = table.contents;
    return this.#planned(found, key, changed);
  }

  /** Undefined when nothing is owed or the answer is this client's own. */
  #wildcardKey(table: ResourceTable, phase: Phase): string | undefined {
    const { rules, interest, held, sent, asked } = this.standing;
    const own = asked.size + sent.size;
    if (!interest.isWildcard || own > 0 || phase !== "all") return undefined;
    // Errors are told of this client's names.
    if (rules.reportsErrors && interest.names.size > 0) return undefined;
    const { contents, typeUrl, version } = table;
    if (held === contents && !this.#owesAnswer) return undefined;
    // A full list is the same wherever the client stood.
    const from = rules.isFullState ? "" : (held?.version ?? "");
    const form = this.#isWrapped ? "w" : "b";
    return [typeUrl, from, contents.version, form, version].join("\n");
  }

  #difference(table: ResourceTable): SotwDifference {
    const isWhole = this.standing.feed.takeStateChange();
    const difference = sotwDifference({
      table,
      interest: this.standing.interest,
      held: this.standing.held,
      sent: this.standing.sent,
      asked: this.standing.asked,
      changed: isWhole ? undefined : this.standing.feed.changed,
      refused: this.standing.refused,
    });
    this.standing.feed.changed.clear();
    if (this.standing.interest.isWildcard) this.standing.sent.clear();
    this.standing.asked.clear();
    const { isWildcard, globs } = this.standing.interest;
    this.standing.held = isWildcard || globs.size > 0 ? table.contents : undefined;
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
      return [...coveredResources(table, this.standing.interest), ...kept];
    }
    if (!hasAdditions && !hasRemovals && !isVersionNew) return undefined;
    return [...coveredResources(table, this.standing.interest)];
  }

  #gone(table: ResourceTable): readonly Resource[] {
    const isGone = ({ name }: Resource): boolean =>
      exactResource(table, name) === undefined && this.standing.interest.covers(name);
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
    const all = isVersionNew ? [...coveredResources(table, this.standing.interest)] : [];
    return all.length > 0 ? all : undefined;
  }

  #takeReduction(table: ResourceTable): PlannedAnswer<SotwAnswer> | undefined {
    if (!this.#owesReduction || this.standing.interest.isEmpty) return undefined;
    this.#owesReduction = false;
    const answer = this.#answer(
      [...coveredResources(table, this.standing.interest)],
      table.version,
    );
    return this.#planned(answer, sotwShareKey(answer), NOTHING);
  }

  #answer(resources: readonly Resource[], versionInfo: string): SotwAnswer {
    return {
      typeUrl: this.standing.rules.typeUrl,
      versionInfo,
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
    if (this.standing.rules.isFullState) this.#lastList = answer.resources;
    if (!this.standing.interest.isWildcard) {
      for (const { name, version } of answer.resources) this.standing.sent.set(name, version);
    }
    if (this.standing.refused.size > 0) {
      for (const { name } of answer.resources) this.standing.refused.delete(name);
    }
    if (this.#isWrapped && this.#context.answers.hasTimeToLive(answer)) {
      this.standing.ttl.noteSent(answer.resources, this.#context.clock.monotonic());
    }
    return { answer, shareKey, changed };
  }

  #changedUnderWildcard(table: ResourceTable): readonly string[] {
    if (!this.#context.tellsChanges || this.standing.held === undefined) return NOTHING;
    return table.contents
      .changesSince(this.standing.held)
      .filter((name) => table.contents.has(name));
  }
}
