import { STATUS } from "@signalbox/grpc";
import type { Resource } from "../resource/resource.ts";
import { type InterestChange, nameBytes } from "../subscription/interest.ts";
import { canonicalName, type Glob, globCovers, parseGlob } from "../subscription/resource-name.ts";
import type { ResourceTable } from "../table/resource-table.ts";
import type { DeltaAnswer } from "../wire/answer.ts";
import type { DeltaRequest } from "../wire/delta-request.ts";
import type { PlannedAnswer } from "./answer-cache.ts";
import { DeltaDraft } from "./delta-draft.ts";
import { exactResource } from "./exact-resource.ts";
import { receptionOf } from "./reception.ts";
import { ABSENT, UNCERTAIN } from "./sent-version.ts";
import { deltaShareKey } from "./share-key.ts";
import type { TypeContext } from "./type-context.ts";
import type { Phase, Reception, TypeMachine } from "./type-machine.ts";
import { absenceOf } from "./told-absences.ts";
import { TypeStanding } from "./type-standing.ts";

const NOTHING: readonly string[] = [];

/** One type of one incremental stream (xds §2.5). */
export class DeltaType implements TypeMachine<DeltaRequest, DeltaAnswer> {
  readonly standing: TypeStanding<DeltaAnswer>;
  readonly #context: TypeContext<DeltaAnswer>;
  /** Given up under the wildcard, and to be answered (§2.1 rule 11). */
  readonly #released = new Set<string>();
  #releasedBytes = 0;
  /** Removals that wait for the second phase (make-before-break). */
  readonly #postponed = new Set<string>();
  /** Globs that the client was told are empty (§1.3). */
  readonly #emptyGlobs = new Set<string>();
  /** Aliases that the client knows → the resource that they led to (G16). */
  readonly #resolved = new Map<string, string>();
  #isFirst = true;
  #owesAnswer = false;

  constructor(context: TypeContext<DeltaAnswer>) {
    this.#context = context;
    this.standing = new TypeStanding(context);
  }

  get heldBytes(): number {
    return this.standing.interest.heldBytes + this.#releasedBytes;
  }

  receive(request: DeltaRequest): Reception {
    const { clock, rules } = this.#context;
    const verdict = this.standing.ledger.receive(request, clock.now());
    if (verdict.kind === "nack") this.standing.refuse(verdict.of.answer);
    // §2.1 rule 4: what is subscribed to counts also when the nonce is outdated.
    const change = this.standing.interest.change(request.subscribe, request.unsubscribe);
    this.#note(change, request.initialVersions);
    return receptionOf(rules.typeUrl, verdict, change, clock.monotonic());
  }

  take(phase: Phase): PlannedAnswer<DeltaAnswer> | undefined {
    this.standing.feed.renew(this.standing.interest);
    const table = this.standing.answerable;
    if (table === undefined) return undefined;
    if (phase === "removals") return this.#takePostponed(table);
    if (this.standing.interest.isWildcard) return this.#takeWildcard(table, phase);
    return this.#takeNames(table, phase);
  }

  heartbeat(due: readonly Resource[]): DeltaAnswer {
    const version = this.standing.table?.version ?? "";
    return { ...new DeltaDraft().answer(this.standing.rules.typeUrl, version), heartbeats: due };
  }

  #note(change: InterestChange, initialVersions: ReadonlyMap<string, string>): void {
    const brought = this.#isFirst ? canonicalKeys(initialVersions) : undefined;
    this.#isFirst = false;
    if (change.wildcard === "lost") this.#leaveWildcard();
    if (change.wildcard === "gained") {
      this.standing.held = undefined;
      this.standing.refused.clear();
      // A client that brings versions along has had its first answer (§8.4.14).
      this.#owesAnswer = brought === undefined || brought.size === 0;
    }
    for (const [name, version] of brought ?? []) {
      if (this.standing.interest.covers(name) && version !== ABSENT)
        this.standing.sent.set(name, version);
    }
    for (const name of change.asked) {
      if (brought?.has(name) === true) this.standing.feed.changed.add(name);
      else if (
        brought === undefined ||
        brought.size === 0 ||
        !this.standing.interest.globs.has(name)
      ) {
        this.standing.asked.add(name);
      }
    }
    const isCollection = change.asked.some((name) => this.standing.interest.globs.has(name));
    const isRegained =
      change.wildcard === "gained" || (isCollection && !this.standing.interest.isWildcard);
    if (isRegained) this.#doubtInFlight();
    for (const name of change.dropped) this.#drop(name);
    for (const name of change.released) this.#release(name);
    this.standing.feed.follow(this.standing.interest, change);
  }

  #release(name: string): void {
    if (this.#released.has(name)) return;
    this.#released.add(name);
    this.#releasedBytes += nameBytes(name);
  }

  #forgetReleased(): void {
    this.#released.clear();
    this.#releasedBytes = 0;
  }

  /**
   * A collection was asked for while an answer is on its way: if the client had given it up in
   * between, it may have kept that answer nevertheless.
   */
  #doubtInFlight(): void {
    for (const { name } of this.standing.ledger.inFlight?.answer.resources ?? []) {
      if (!this.standing.interest.covers(name) || this.standing.sent.has(name)) continue;
      this.standing.sent.set(name, UNCERTAIN);
      this.standing.held = undefined;
    }
  }

  #drop(name: string): void {
    this.standing.asked.delete(name);
    this.standing.feed.changed.delete(name);
    this.#emptyGlobs.delete(name);
    this.#resolved.delete(name);
    this.standing.refused.delete(name);
    if (!this.standing.interest.covers(name)) {
      this.standing.sent.delete(name);
      this.#postponed.delete(name);
    }
    if (parseGlob(name) === undefined) return;
    for (const member of this.standing.sent.keys()) {
      if (this.standing.interest.covers(member)) continue;
      this.standing.sent.delete(member);
      this.standing.refused.delete(member);
    }
  }

  /** The wildcard goes, the names stay: their versions are written down one by one. */
  #leaveWildcard(): void {
    this.#owesAnswer = false;
    this.#forgetReleased();
    for (const name of this.#postponed) {
      if (!this.standing.interest.covers(name)) this.#postponed.delete(name);
    }
    this.standing.leaveWildcard();
    const { held } = this.standing;
    if (held === undefined) return;
    for (const name of this.standing.interest.names) {
      const resource = held.get(name);
      this.standing.sent.set(name, resource?.version ?? ABSENT);
      if (resource !== undefined) this.#resolve(name, resource);
    }
  }

  #takeWildcard(table: ResourceTable, phase: Phase): PlannedAnswer<DeltaAnswer> | undefined {
    this.standing.feed.takeStateChange();
    this.standing.feed.changed.clear();
    const isFirstContact = this.standing.held === undefined && this.standing.sent.size === 0;
    const isOwed = this.#owesAnswer || this.standing.asked.size > 0 || this.#released.size > 0;
    if (this.standing.held === table.contents && !isOwed) return undefined;
    const key = this.#wildcardKey(table, phase);
    const found = key === undefined ? undefined : this.#context.answers.find(key);
    if (found !== undefined) {
      this.standing.held = table.contents;
      this.#owesAnswer = false;
      this.#forgetRefused(found);
      this.#noteTimeToLive(found);
      const changed = isFirstContact ? NOTHING : this.#changedNames(found);
      return { answer: found, shareKey: key, changed };
    }
    const draft = new DeltaDraft();
    this.#compare(table, draft, phase);
    for (const name of this.standing.asked) {
      if (isTooEarly(table, name)) continue;
      this.standing.asked.delete(name);
      const glob = this.standing.interest.globs.get(name);
      if (glob === undefined) this.#answer(table, draft, name);
      else this.#lookAtGlob(table, draft, glob, true);
    }
    for (const name of this.#released) this.#answer(table, draft, name);
    this.#forgetReleased();
    const planned = this.#finish(table, draft, key);
    return isFirstContact && planned !== undefined ? { ...planned, changed: NOTHING } : planned;
  }

  /** Undefined when this client's answer is its own; else equal keys are equal answers. */
  #wildcardKey(table: ResourceTable, phase: Phase): string | undefined {
    const own = this.standing.asked.size + this.#released.size + this.standing.sent.size;
    if (own + this.#postponed.size > 0 || phase !== "all") return undefined;
    const { typeUrl, contents, version } = table;
    return [typeUrl, this.standing.held?.version ?? "", contents.version, version].join("\n");
  }

  /** Everything that the client has not. */
  #compare(table: ResourceTable, draft: DeltaDraft, phase: Phase): void {
    if (this.standing.held === undefined) {
      for (const resource of table.all()) {
        const known = this.standing.sent.get(resource.name);
        if (known !== resource.version) this.#add(draft, resource);
      }
      for (const [name, version] of this.standing.sent) {
        if (version !== ABSENT && exactResource(table, name) === undefined)
          this.#remove(draft, name, phase);
      }
      this.standing.sent.clear();
    } else {
      for (const name of table.contents.changesSince(this.standing.held)) {
        const resource = exactResource(table, name);
        if (resource === undefined) this.#remove(draft, name, phase);
        else this.#add(draft, resource);
      }
    }
    this.standing.held = table.contents;
  }

  #takeNames(table: ResourceTable, phase: Phase): PlannedAnswer<DeltaAnswer> | undefined {
    const { asked, feed, interest } = this.standing;
    const isWhole = feed.takeStateChange();
    const isConcerned = isWhole || asked.size + feed.changed.size + interest.globs.size > 0;
    if (!isConcerned && !this.#owesAnswer) {
      this.standing.held = undefined;
      return undefined;
    }
    const draft = new DeltaDraft();
    this.#lookAtNames(table, draft, phase, isWhole);
    return this.#finish(table, draft);
  }

  /** Names are looked at when they changed or were asked for: the cost follows these. */
  #lookAtNames(table: ResourceTable, draft: DeltaDraft, phase: Phase, isWhole: boolean): void {
    const { changed } = this.standing.feed;
    const asked = [...this.standing.asked].filter((name) => !isTooEarly(table, name));
    for (const name of asked) {
      if (this.standing.interest.names.has(name)) this.#answerHeld(table, draft, phase, name);
      else if (!this.standing.interest.globs.has(name))
        this.#lookAt(table, draft, phase, name, true);
    }
    for (const name of isWhole ? this.standing.interest.names : changed) {
      if (!this.standing.asked.has(name)) this.#lookAt(table, draft, phase, name, false);
    }
    changed.clear();
    if (this.standing.interest.globs.size > 0) this.#lookAtGlobs(table, draft, phase, isWhole);
    for (const name of asked) this.standing.asked.delete(name);
    this.standing.held = this.standing.interest.globs.size > 0 ? table.contents : undefined;
  }

  #lookAtGlobs(table: ResourceTable, draft: DeltaDraft, phase: Phase, isWhole: boolean): void {
    const { globs, names } = this.standing.interest;
    const changes =
      isWhole || this.standing.held === undefined
        ? undefined
        : table.contents.changesSince(this.standing.held);
    if (changes === undefined) {
      for (const glob of globs.values()) {
        for (const { name } of members(table, glob)) this.#lookAt(table, draft, phase, name, false);
      }
      for (const name of this.standing.sent.keys()) {
        if (!table.contents.has(name) && !names.has(name))
          this.#lookAt(table, draft, phase, name, false);
      }
    }
    for (const name of changes ?? []) {
      if (!names.has(name) && this.standing.interest.covers(name))
        this.#lookAt(table, draft, phase, name, false);
    }
    for (const glob of globs.values()) {
      const isAsked = this.standing.asked.has(glob.name);
      if (!isAsked && changes?.length === 0) continue;
      this.#lookAtGlob(table, draft, glob, isAsked);
    }
  }

  #lookAtGlob(table: ResourceTable, draft: DeltaDraft, glob: Glob, isAsked: boolean): void {
    let isEmpty = true;
    for (const resource of members(table, glob)) {
      isEmpty = false;
      if (!isAsked) break;
      if (!this.standing.interest.isWildcard)
        this.standing.sent.set(resource.name, resource.version);
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
    const known = this.standing.sent.get(name) ?? ABSENT;
    const resource = table.get(name);
    // What it has goes in the order of removals, asked for or not.
    if (resource === undefined && known !== ABSENT) this.#lookAt(table, draft, phase, name, true);
    this.standing.sent.set(name, resource?.version ?? ABSENT);
    this.#answer(table, draft, name);
  }

  #answer(table: ResourceTable, draft: DeltaDraft, name: string): void {
    const resource = table.get(name);
    if (resource === undefined) {
      this.#answerAbsence(table, draft, name);
      return;
    }
    this.#resolve(name, resource);
    this.#add(draft, resource);
  }

  /** Where absence has a word of its own, errors are for names that could not be looked for. */
  #answerAbsence(table: ResourceTable, draft: DeltaDraft, name: string): void {
    const { reportsAbsence, reportsErrors, answersAliases, neverRemoves } = this.standing.rules;
    const isReleased = this.#released.has(name);
    const isPostponed = this.#postponed.has(name);
    const detail = absenceOf(table, name);
    const isSaid = reportsErrors && !isReleased && !isPostponed;
    if (isSaid && detail.code !== STATUS.NOT_FOUND) draft.error(name, detail);
    else if (answersAliases) draft.absentAlias(name);
    else if (isPostponed) return;
    else if (reportsAbsence || (isReleased && !neverRemoves)) draft.remove(name);
    else if (isSaid) draft.error(name, detail);
  }

  #lookAt(
    table: ResourceTable,
    draft: DeltaDraft,
    phase: Phase,
    name: string,
    isAsked: boolean,
  ): void {
    const resource = table.get(name);
    const known = this.standing.sent.get(name);
    if (resource !== undefined) {
      this.standing.sent.set(name, resource.version);
      this.#resolve(name, resource);
      if (isAsked || known !== resource.version) this.#add(draft, resource);
      return;
    }
    if (this.standing.interest.names.has(name)) this.standing.sent.set(name, ABSENT);
    else this.standing.sent.delete(name);
    if (known !== undefined && known !== ABSENT) {
      this.#remove(draft, this.#resolved.get(name) ?? name, phase);
      this.#resolved.delete(name);
    }
  }

  #resolve(name: string, resource: Resource): void {
    if (resource.name !== name && !this.standing.interest.isWildcard)
      this.#resolved.set(name, resource.name);
  }

  #add(draft: DeltaDraft, resource: Resource): void {
    draft.add(resource);
    this.standing.refused.delete(resource.name);
    this.#postponed.delete(resource.name);
  }

  #forgetRefused({ resources, removed }: DeltaAnswer): void {
    if (this.standing.refused.size === 0) return;
    for (const { name } of resources) this.standing.refused.delete(name);
    for (const name of removed) this.standing.refused.delete(name);
  }

  #remove(draft: DeltaDraft, name: string, phase: Phase): void {
    this.standing.ttl.forget(name);
    this.standing.refused.delete(name);
    if (this.standing.rules.neverRemoves) return;
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
    const own = draft.answer(table.typeUrl, table.version);
    const shareKey = wildcardKey ?? deltaShareKey(own);
    // What others were sent is known already: neither kept again nor looked through.
    const answer =
      (shareKey === undefined ? undefined : this.#context.answers.find(shareKey)) ?? own;
    this.#noteTimeToLive(answer);
    return { answer, shareKey, changed: this.#changedNames(answer) };
  }

  #noteTimeToLive(answer: DeltaAnswer): void {
    // §2.8: a virtual host without content means that there is no such host.
    if (this.standing.rules.answersAliases || !this.#context.answers.hasTimeToLive(answer)) return;
    this.standing.ttl.noteSent(answer.resources, this.#context.clock.monotonic());
  }

  #changedNames(answer: DeltaAnswer): readonly string[] {
    return this.#context.tellsChanges ? answer.resources.map(({ name }) => name) : NOTHING;
  }
}

function canonicalKeys(versions: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map(Array.from(versions, ([name, version]) => [canonicalName(name), version]));
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
