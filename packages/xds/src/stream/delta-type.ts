import type { Resource } from "../resource/resource.ts";
import { Interest, type InterestChange } from "../subscription/interest.ts";
import { canonicalName, type Glob, globCovers } from "../subscription/resource-name.ts";
import type { ResourceSet } from "../table/resource-set.ts";
import type { ResourceTable } from "../table/resource-table.ts";
import type { DeltaAnswer } from "../wire/answer.ts";
import type { DeltaRequest } from "../wire/delta-request.ts";
import type { PlannedAnswer } from "./answer-cache.ts";
import { AnswerLedger } from "./answer-ledger.ts";
import { DeltaDraft } from "./delta-draft.ts";
import { exactResource } from "./exact-resource.ts";
import { receptionOf } from "./reception.ts";
import { statusOfResources } from "./resource-status.ts";
import { ABSENT, UNCERTAIN } from "./sent-version.ts";
import { deltaShareKey } from "./share-key.ts";
import { TableFeed } from "./table-feed.ts";
import { TimeToLive } from "./time-to-live.ts";
import type { TypeContext } from "./type-context.ts";
import type { Phase, Reception, ResourceStatus, TypeMachine } from "./type-machine.ts";
import type { TypeRules } from "./type-rules.ts";

const NOTHING: readonly string[] = [];

/**
 * One type of one incremental stream (xds §2.5).
 *
 * What the client has is known in one of two forms. Under the wildcard it is `#held`, contents of
 * the table that all its clients share; otherwise, and for what a reconnecting client brings
 * along, it is `#sent`, name by name.
 */
export class DeltaType implements TypeMachine<DeltaRequest, DeltaAnswer> {
  readonly interest: Interest;
  readonly ledger: AnswerLedger<DeltaAnswer> = new AnswerLedger();
  readonly #context: TypeContext<DeltaAnswer>;
  readonly #feed: TableFeed;
  readonly #ttl = new TimeToLive();
  /** Name → version, `ABSENT` or `UNCERTAIN`. */
  readonly #sent = new Map<string, string>();
  /** Contents that the wildcard or the globs were brought to; undefined: compare everything. */
  #held: ResourceSet | undefined;
  /** Names and globs that must be answered whatever was sent (§2.1 rule 8). */
  readonly #asked = new Set<string>();
  /** Given up under the wildcard, and to be answered (§2.1 rule 11). */
  readonly #released = new Set<string>();
  /** Removals that wait for the second phase (make-before-break). */
  readonly #postponed = new Set<string>();
  /** Versions that the client refused. They count as sent: no reason to send again (§2.7). */
  readonly #refused = new Map<string, string>();
  /** Globs that the client was told are empty (§1.3). */
  readonly #emptyGlobs = new Set<string>();
  /** Aliases that the client knows → the resource that they led to (G16). */
  readonly #resolved = new Map<string, string>();
  #isFirst = true;
  #owesAnswer = false;

  constructor(context: TypeContext<DeltaAnswer>) {
    this.#context = context;
    const { node, rules, cache, onChange } = context;
    this.interest = new Interest(rules.hasLegacyWildcard);
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

  receive(request: DeltaRequest): Reception {
    const { clock, rules } = this.#context;
    const verdict = this.ledger.receive(request, clock.now());
    if (verdict.kind === "nack") this.#refuse(verdict.of.answer);
    // §2.1 rule 4: what is subscribed to counts also when the nonce is outdated.
    const change = this.interest.change(request.subscribe, request.unsubscribe);
    this.#note(change, request.initialVersions);
    return receptionOf(rules.typeUrl, verdict, change, clock.monotonic(), namesOf);
  }

  take(phase: Phase): PlannedAnswer<DeltaAnswer> | undefined {
    this.#feed.renew(this.interest);
    const table = this.table;
    if (table === undefined || !table.isKnown) return undefined;
    if (this.ledger.inFlight !== undefined) return undefined;
    if (phase === "removals") return this.#takePostponed(table);
    if (this.interest.isWildcard) return this.#takeWildcard(table, phase);
    const draft = new DeltaDraft();
    this.#lookAtNames(table, draft, phase);
    return this.#finish(table, draft);
  }

  takeHeartbeat(nowMs: number): PlannedAnswer<DeltaAnswer> | undefined {
    const table = this.table;
    if (this.ledger.inFlight !== undefined || table === undefined || !table.isKnown) {
      return undefined;
    }
    const heartbeats: Resource[] = [];
    for (const name of this.#ttl.take(nowMs)) {
      const resource = exactResource(table, name);
      if (resource === undefined || !this.interest.covers(name)) this.#ttl.forget(name);
      else heartbeats.push(resource);
    }
    if (heartbeats.length === 0) return undefined;
    const answer = { ...new DeltaDraft().answer(table.typeUrl, table.version), heartbeats };
    return { answer, shareKey: undefined, changed: NOTHING };
  }

  sent(answer: DeltaAnswer, nonce: string, nowMs: number): void {
    const version = answer.systemVersionInfo;
    this.ledger.sent({ nonce, version, answer, sentAtMs: nowMs }, this.#context.clock.now());
  }

  owe(names: Iterable<string>): void {
    const table = this.table;
    for (const name of names) {
      const isThere = table?.get(name) !== undefined;
      if (isThere && this.interest.covers(name)) this.#asked.add(name);
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

  #refuse(answer: DeltaAnswer): void {
    for (const { name, version } of answer.resources) this.#refused.set(name, version);
  }

  #note(change: InterestChange, initialVersions: ReadonlyMap<string, string>): void {
    const brought = this.#isFirst ? canonicalKeys(initialVersions) : undefined;
    this.#isFirst = false;
    if (change.wildcard === "lost") this.#leaveWildcard();
    if (change.wildcard === "gained") {
      this.#held = undefined;
      this.#refused.clear();
      // A client that brings versions along has had its first answer (§8.4.14).
      this.#owesAnswer = brought === undefined || brought.size === 0;
    }
    for (const [name, version] of brought ?? []) {
      if (this.interest.covers(name) && version !== ABSENT) this.#sent.set(name, version);
    }
    for (const name of change.asked) {
      if (brought?.has(name) === true) this.#feed.changed.add(name);
      else if (brought === undefined || brought.size === 0 || !this.interest.globs.has(name)) {
        this.#asked.add(name);
      }
    }
    const isCollection = change.asked.some((name) => this.interest.globs.has(name));
    const isRegained = change.wildcard === "gained" || (isCollection && !this.interest.isWildcard);
    if (isRegained) this.#doubtInFlight();
    for (const name of change.dropped) this.#drop(name);
    for (const name of change.released) this.#released.add(name);
    this.#feed.follow(this.interest, change);
  }

  /**
   * A collection was asked for while an answer is on its way: if the client had given it up in
   * between, it may have kept that answer nevertheless.
   */
  #doubtInFlight(): void {
    for (const { name } of this.ledger.inFlight?.answer.resources ?? []) {
      if (!this.interest.covers(name) || this.#sent.has(name)) continue;
      this.#sent.set(name, UNCERTAIN);
      this.#held = undefined;
    }
  }

  #drop(name: string): void {
    this.#asked.delete(name);
    this.#emptyGlobs.delete(name);
    this.#resolved.delete(name);
    this.#refused.delete(name);
    if (!this.interest.covers(name)) {
      this.#sent.delete(name);
      this.#postponed.delete(name);
    }
    if (!name.endsWith("/*") && !name.includes("/*?")) return;
    for (const member of this.#sent.keys()) {
      if (this.interest.covers(member)) continue;
      this.#sent.delete(member);
      this.#refused.delete(member);
    }
  }

  /** The wildcard goes, the names stay: their versions are written down one by one. */
  #leaveWildcard(): void {
    this.#owesAnswer = false;
    this.#released.clear();
    for (const name of this.#postponed) {
      if (!this.interest.covers(name)) this.#postponed.delete(name);
    }
    const held = this.#held;
    if (held !== undefined) {
      for (const { name, version } of held.all()) this.#sent.set(name, version);
      for (const name of this.interest.names) {
        const resource = held.get(name);
        this.#sent.set(name, resource?.version ?? ABSENT);
        if (resource !== undefined) this.#resolve(name, resource);
      }
    }
    // What changed since was not looked at by name.
    for (const name of this.interest.names) this.#feed.changed.add(name);
    for (const known of [this.#sent, this.#refused]) {
      for (const name of known.keys()) if (!this.interest.covers(name)) known.delete(name);
    }
  }

  #takeWildcard(table: ResourceTable, phase: Phase): PlannedAnswer<DeltaAnswer> | undefined {
    this.#feed.takeStateChange();
    this.#feed.changed.clear();
    const isFirstContact = this.#held === undefined && this.#sent.size === 0;
    const key = this.#wildcardKey(table, phase);
    const isOwed = this.#owesAnswer || this.#asked.size > 0 || this.#released.size > 0;
    if (this.#held === table.contents && !isOwed) return undefined;
    const found = key === undefined ? undefined : this.#context.answers.find(key);
    if (found !== undefined) {
      this.#held = table.contents;
      this.#owesAnswer = false;
      this.#forgetRefused(found);
      this.#noteTimeToLive(found);
      const changed = isFirstContact ? NOTHING : this.#changedNames(found);
      return { answer: found, shareKey: key, changed };
    }
    const draft = new DeltaDraft();
    this.#compare(table, draft, phase);
    for (const name of this.#asked) {
      if (isTooEarly(table, name)) continue;
      this.#asked.delete(name);
      const glob = this.interest.globs.get(name);
      if (glob === undefined) this.#answer(table, draft, name);
      else this.#lookAtGlob(table, draft, glob, true);
    }
    for (const name of this.#released) this.#answer(table, draft, name);
    this.#released.clear();
    const planned = this.#finish(table, draft, key);
    return isFirstContact && planned !== undefined ? { ...planned, changed: NOTHING } : planned;
  }

  /** Undefined when this client's answer is its own; else equal keys are equal answers. */
  #wildcardKey(table: ResourceTable, phase: Phase): string | undefined {
    const own = this.#asked.size + this.#released.size + this.#sent.size;
    if (own + this.#postponed.size > 0 || phase !== "all") return undefined;
    const { typeUrl, contents, version } = table;
    return [typeUrl, this.#held?.version ?? "", contents.version, version].join("\n");
  }

  /** Everything that the client has not. */
  #compare(table: ResourceTable, draft: DeltaDraft, phase: Phase): void {
    if (this.#held === undefined) {
      for (const resource of table.all()) {
        const known = this.#sent.get(resource.name);
        if (known !== resource.version) this.#add(draft, resource);
      }
      for (const [name, version] of this.#sent) {
        if (version !== ABSENT && exactResource(table, name) === undefined)
          this.#remove(draft, name, phase);
      }
      this.#sent.clear();
    } else {
      for (const name of table.contents.changesSince(this.#held)) {
        const resource = exactResource(table, name);
        if (resource === undefined) this.#remove(draft, name, phase);
        else this.#add(draft, resource);
      }
    }
    this.#held = table.contents;
  }

  /** Names are looked at when they changed or were asked for: the cost follows these. */
  #lookAtNames(table: ResourceTable, draft: DeltaDraft, phase: Phase): void {
    const { changed } = this.#feed;
    const isWhole = this.#feed.takeStateChange();
    const asked = [...this.#asked].filter((name) => !isTooEarly(table, name));
    for (const name of asked) {
      if (this.interest.names.has(name)) this.#answerHeld(table, draft, phase, name);
      else if (!this.interest.globs.has(name)) this.#lookAt(table, draft, phase, name, true);
    }
    for (const name of isWhole ? this.interest.names : changed) {
      if (!this.#asked.has(name) && this.interest.covers(name)) {
        this.#lookAt(table, draft, phase, name, false);
      }
    }
    changed.clear();
    if (this.interest.globs.size > 0) this.#lookAtGlobs(table, draft, phase, isWhole);
    for (const name of asked) this.#asked.delete(name);
    this.#held = this.interest.globs.size > 0 ? table.contents : undefined;
  }

  #lookAtGlobs(table: ResourceTable, draft: DeltaDraft, phase: Phase, isWhole: boolean): void {
    const { globs, names } = this.interest;
    const changes =
      isWhole || this.#held === undefined ? undefined : table.contents.changesSince(this.#held);
    if (changes === undefined) {
      for (const glob of globs.values()) {
        for (const { name } of members(table, glob)) this.#lookAt(table, draft, phase, name, false);
      }
      for (const name of this.#sent.keys()) {
        if (!table.contents.has(name) && !names.has(name))
          this.#lookAt(table, draft, phase, name, false);
      }
    }
    for (const name of changes ?? []) {
      if (!names.has(name) && this.interest.covers(name))
        this.#lookAt(table, draft, phase, name, false);
    }
    for (const glob of globs.values()) {
      const isAsked = this.#asked.has(glob.name);
      if (!isAsked && changes?.length === 0) continue;
      this.#lookAtGlob(table, draft, glob, isAsked);
    }
  }

  #lookAtGlob(table: ResourceTable, draft: DeltaDraft, glob: Glob, isAsked: boolean): void {
    let isEmpty = true;
    for (const resource of members(table, glob)) {
      isEmpty = false;
      if (!isAsked) break;
      if (!this.interest.isWildcard) this.#sent.set(resource.name, resource.version);
      this.#add(draft, resource);
    }
    if (!isEmpty) {
      this.#emptyGlobs.delete(glob.name);
      return;
    }
    // §1.3 [S]: a glob without members is answered by its own name among the removed ones.
    if (isAsked || !this.#emptyGlobs.has(glob.name)) draft.remove(glob.name);
    this.#emptyGlobs.add(glob.name);
  }

  /** A held name that was asked for: answered whatever the client has. */
  #answerHeld(table: ResourceTable, draft: DeltaDraft, phase: Phase, name: string): void {
    const known = this.#sent.get(name) ?? ABSENT;
    const resource = table.get(name);
    // What it has goes in the order of removals, asked for or not.
    if (resource === undefined && known !== ABSENT) this.#lookAt(table, draft, phase, name, true);
    this.#sent.set(name, resource?.version ?? ABSENT);
    this.#answer(table, draft, name);
  }

  #answer(table: ResourceTable, draft: DeltaDraft, name: string): void {
    const { reportsAbsence, answersAliases } = this.rules;
    const resource = table.get(name);
    if (resource !== undefined) {
      this.#resolve(name, resource);
      this.#add(draft, resource);
    } else if (answersAliases) {
      draft.absentAlias(name);
    } else if (this.#postponed.has(name)) {
      return;
    } else if (reportsAbsence || (this.#released.has(name) && !this.rules.neverRemoves)) {
      draft.remove(name);
    }
  }

  #lookAt(
    table: ResourceTable,
    draft: DeltaDraft,
    phase: Phase,
    name: string,
    isAsked: boolean,
  ): void {
    const resource = table.get(name);
    const known = this.#sent.get(name);
    if (resource !== undefined) {
      this.#sent.set(name, resource.version);
      this.#resolve(name, resource);
      if (isAsked || known !== resource.version) this.#add(draft, resource);
      return;
    }
    if (this.interest.names.has(name)) this.#sent.set(name, ABSENT);
    else this.#sent.delete(name);
    if (known !== undefined && known !== ABSENT) {
      this.#remove(draft, this.#resolved.get(name) ?? name, phase);
      this.#resolved.delete(name);
    }
  }

  #resolve(name: string, resource: Resource): void {
    if (resource.name !== name && !this.interest.isWildcard)
      this.#resolved.set(name, resource.name);
  }

  #add(draft: DeltaDraft, resource: Resource): void {
    draft.add(resource);
    this.#refused.delete(resource.name);
    this.#postponed.delete(resource.name);
  }

  #forgetRefused({ resources, removed }: DeltaAnswer): void {
    if (this.#refused.size === 0) return;
    for (const { name } of resources) this.#refused.delete(name);
    for (const name of removed) this.#refused.delete(name);
  }

  #remove(draft: DeltaDraft, name: string, phase: Phase): void {
    this.#ttl.forget(name);
    this.#refused.delete(name);
    if (this.rules.neverRemoves) return;
    if (phase === "additions") this.#postponed.add(name);
    else draft.remove(name);
  }

  #takePostponed(table: ResourceTable): PlannedAnswer<DeltaAnswer> | undefined {
    if (this.#postponed.size === 0) return undefined;
    const draft = new DeltaDraft();
    for (const name of this.#postponed)
      if (exactResource(table, name) === undefined) draft.remove(name);
    this.#postponed.clear();
    return this.#finish(table, draft);
  }

  #finish(
    table: ResourceTable,
    draft: DeltaDraft,
    wildcardKey?: string,
  ): PlannedAnswer<DeltaAnswer> | undefined {
    if (draft.isEmpty && !this.#owesAnswer) return undefined;
    this.#owesAnswer = false;
    const answer = draft.answer(table.typeUrl, table.version);
    this.#noteTimeToLive(answer);
    const shareKey = wildcardKey ?? deltaShareKey(answer);
    return { answer, shareKey, changed: this.#changedNames(answer) };
  }

  #noteTimeToLive(answer: DeltaAnswer): void {
    // §2.8: a virtual host without content means that there is no such host.
    if (this.rules.answersAliases || !this.#context.answers.hasTimeToLive(answer)) return;
    this.#ttl.noteSent(answer.resources, this.#context.clock.monotonic());
  }

  #changedNames(answer: DeltaAnswer): readonly string[] {
    return this.#context.tellsChanges ? answer.resources.map(({ name }) => name) : NOTHING;
  }
}

function canonicalKeys(versions: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map(Array.from(versions, ([name, version]) => [canonicalName(name), version]));
}

function namesOf(answer: DeltaAnswer): readonly string[] {
  return answer.resources.map(({ name }) => name);
}

/** A loader looks for the name: it is too early to say that it is absent (G16). */
function isTooEarly(table: ResourceTable, name: string): boolean {
  return table.get(name) === undefined && table.isPending(name);
}

function* members(table: ResourceTable, glob: Glob): Iterable<Resource> {
  for (const resource of table.inDirectory(glob.prefix)) {
    if (globCovers(glob, resource.name)) yield resource;
  }
}
