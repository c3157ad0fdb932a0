import { canonicalName, type Glob, globCovers, parseGlob, WILDCARD } from "./resource-name.ts";

/** What a request changed, in canonical names. */
export interface InterestChange {
  /**
   * Names and globs that must be answered, whatever the client was sent before: those that are new,
   * and in the incremental protocol every name that it subscribes to again (xds §2.1 rule 8).
   */
  readonly asked: readonly string[];
  /** Names and globs that are not held any more. */
  readonly dropped: readonly string[];
  /**
   * Names given up while the wildcard is held: the client waits to hear whether the wildcard still
   * covers them (§2.1 rule 11). Incremental protocol only.
   */
  readonly released: readonly string[];
  readonly wildcard: "gained" | "lost" | "same";
}

const UNCHANGED: InterestChange = Object.freeze({
  asked: [],
  dropped: [],
  released: [],
  wildcard: "same",
});

/** What a held name costs beside its text: it stands in several maps. */
const ENTRY_BYTES = 100;

/** Memory that a held name takes, about. */
export function nameBytes({ length }: string): number {
  return length + ENTRY_BYTES;
}

/**
 * What one client wants of one type: names, globs, everything. The rules of xds §2.1 and §2.4 and
 * nothing else: no table, no clock, no socket.
 *
 * A first request without names means everything where the type allows that (the legacy
 * wildcard); the first name that the client gives ends this meaning of emptiness for good.
 */
export class Interest {
  readonly #names = new Set<string>();
  readonly #globs = new Map<string, Glob>();
  #isWildcard = false;
  #isLegacy: boolean;
  #isFirst = true;
  #heldBytes = 0;

  /** @param isLegacyAllowed whether a first request without names means everything (§2.4) */
  constructor(isLegacyAllowed: boolean) {
    this.#isLegacy = isLegacyAllowed;
  }

  /** Of a client that asks once (§2.9): without names, or with `*`, it wants everything. */
  static once(names: readonly string[]): Interest {
    const interest = new Interest(true);
    interest.replace(names);
    return interest;
  }

  /** Held names that are not globs. */
  get names(): ReadonlySet<string> {
    return this.#names;
  }

  get globs(): ReadonlyMap<string, Glob> {
    return this.#globs;
  }

  /** The prefixes of the globs, each once: globs that differ in their parameters share one. */
  get directories(): ReadonlySet<string> {
    return new Set(Array.from(this.#globs.values(), ({ prefix }) => prefix));
  }

  get isWildcard(): boolean {
    return this.#isWildcard;
  }

  get isEmpty(): boolean {
    return !this.#isWildcard && this.#names.size === 0 && this.#globs.size === 0;
  }

  /** Names and globs; what a limit on names counts. */
  get size(): number {
    return this.#names.size + this.#globs.size;
  }

  /** Memory that the names and globs take, about. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Whether a resource of this canonical name may be sent (§2.1 rule 14). */
  covers(name: string): boolean {
    return this.#isWildcard || this.#names.has(name) || this.#coversByGlob(name);
  }

  /** Whether this very name or glob is held. */
  holds(name: string): boolean {
    return this.#names.has(name) || this.#globs.has(name);
  }

  /** What is held and not in this list, `*` for the wildcard: what its sender has given up. */
  missingIn(listed: readonly string[]): readonly string[] {
    if (listed.length === 0 && this.#isLegacy) return [];
    const wanted = new Set(listed.map(canonicalName));
    const held = [...this.#names, ...this.#globs.keys()];
    if (this.#isWildcard) held.push(WILDCARD);
    return held.filter((name) => !wanted.has(name));
  }

  /** State of the world: the request lists all that the client wants (§2.1 rule 5). */
  replace(listed: readonly string[]): InterestChange {
    if (listed.length === 0 && this.#isLegacy) return this.#legacyWildcard();
    this.#isFirst = false;
    if (listed.length > 0) this.#isLegacy = false;
    const wanted = new Set(listed.map(canonicalName));
    const wildcard = this.#setWildcard(wanted.delete(WILDCARD));
    const dropped = [...this.#names, ...this.#globs.keys()].filter((name) => !wanted.has(name));
    const asked = [...wanted].filter((name) => !this.holds(name));
    for (const name of dropped) this.#drop(name);
    for (const name of asked) this.#hold(name);
    return { asked, dropped, released: [], wildcard };
  }

  /** Incremental: subscriptions first, then what is given up (§2.4, last rows). */
  change(subscribe: readonly string[], unsubscribe: readonly string[]): InterestChange {
    // An acknowledgement: the most frequent request by far.
    if (!this.#isFirst && subscribe.length + unsubscribe.length === 0) return UNCHANGED;
    // §2.4: until a name was given, emptiness means everything, whatever is unsubscribed.
    if (subscribe.length === 0 && this.#isLegacy) return this.#stayLegacy(unsubscribe);
    const wasWildcard = this.#isWildcard;
    this.#isFirst = false;
    if (subscribe.length > 0) this.#isLegacy = false;
    const asked = new Set(subscribe.map(canonicalName));
    // §2.4: a legacy wildcard outlives the first name; only giving up `*` ends it.
    if (asked.delete(WILDCARD)) this.#isWildcard = true;
    for (const name of asked) this.#hold(name);

    const given = new Set(unsubscribe.map(canonicalName));
    if (given.delete(WILDCARD)) this.#isWildcard = false;
    const dropped: string[] = [];
    for (const name of given) {
      asked.delete(name);
      if (this.#drop(name)) dropped.push(name);
    }
    const released = this.#isWildcard && wasWildcard ? [...given] : [];
    return { asked: [...asked], dropped, released, wildcard: turn(wasWildcard, this.#isWildcard) };
  }

  #legacyWildcard(): InterestChange {
    this.#isFirst = false;
    return { asked: [], dropped: [], released: [], wildcard: this.#setWildcard(true) };
  }

  /** §2.4: the unsubscriptions of a first request are not looked at, a lone `*` never is. */
  #stayLegacy(unsubscribe: readonly string[]): InterestChange {
    const isFirst = this.#isFirst;
    const change = this.#legacyWildcard();
    if (isFirst) return change;
    const released = unsubscribe.filter((name) => name !== WILDCARD).map(canonicalName);
    return { ...change, released };
  }

  #setWildcard(isWildcard: boolean): InterestChange["wildcard"] {
    const before = this.#isWildcard;
    this.#isWildcard = isWildcard;
    return turn(before, isWildcard);
  }

  #coversByGlob(name: string): boolean {
    for (const glob of this.#globs.values()) if (globCovers(glob, name)) return true;
    return false;
  }

  #hold(name: string): void {
    if (this.holds(name)) return;
    this.#heldBytes += nameBytes(name);
    const glob = parseGlob(name);
    if (glob === undefined) this.#names.add(name);
    else this.#globs.set(name, glob);
  }

  #drop(name: string): boolean {
    if (!this.#names.delete(name) && !this.#globs.delete(name)) return false;
    this.#heldBytes -= nameBytes(name);
    return true;
  }
}

function turn(before: boolean, after: boolean): InterestChange["wildcard"] {
  if (before === after) return "same";
  return after ? "gained" : "lost";
}
