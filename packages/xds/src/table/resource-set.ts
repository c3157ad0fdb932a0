import type { Resource } from "../resource/resource.ts";
import { AliasIndex } from "./alias-index.ts";
import { HashTrie } from "./hash-trie.ts";
import { directoryOf } from "./resource-directory.ts";
import { SetDigest } from "./set-digest.ts";

interface Parts {
  readonly trie: HashTrie<Resource>;
  readonly aliases: AliasIndex;
  readonly digest: SetDigest;
  readonly size: number;
}

/**
 * Resources of one type by name. It never changes: changed copies share almost everything with
 * the original, so that a set is kept as long as somebody wants it, by a thousand groups as by one.
 */
export class ResourceSet {
  static readonly EMPTY: ResourceSet = new ResourceSet({
    trie: HashTrie.empty(),
    aliases: new AliasIndex(),
    digest: new SetDigest(),
    size: 0,
  });

  readonly #parts: Parts;
  #version: string | undefined;
  #list: readonly Resource[] | undefined;
  #directories: ReadonlyMap<string, readonly Resource[]> | undefined;
  /** Groups that share a set mostly come from the same one before, too. */
  #lastComparison: { readonly earlier: WeakRef<ResourceSet>; names: readonly string[] } | undefined;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Of several resources of one name the last counts. */
  static of(resources: Iterable<Resource>): ResourceSet {
    const byName = new Map<string, Resource>();
    for (const resource of resources) byName.set(resource.name, resource);
    let aliases = new AliasIndex();
    const versions: string[] = [];
    for (const resource of byName.values()) {
      aliases = aliases.replaced(undefined, resource);
      versions.push(resource.version);
    }
    const digest = new SetDigest().toggled(versions);
    return new ResourceSet({
      trie: HashTrie.of(byName.values()),
      aliases,
      digest,
      size: byName.size,
    });
  }

  get size(): number {
    return this.#parts.size;
  }

  /** Derived from the content alone: equal sets have equal versions, however they came about. */
  get version(): string {
    this.#version ??= this.#parts.digest.toString();
    return this.#version;
  }

  /** The resource of that name, or else the one that has it as an alias. */
  get(name: string): Resource | undefined {
    return this.#parts.trie.get(name) ?? this.#parts.aliases.get(name);
  }

  /** True when a resource has this very name. */
  has(name: string): boolean {
    return this.#parts.trie.get(name) !== undefined;
  }

  /** Every alias of the resources of these names, each once. */
  aliasesOf(names: Iterable<string>): ReadonlySet<string> {
    const aliases = new Set<string>();
    if (this.#parts.aliases.isEmpty) return aliases;
    for (const name of names) {
      for (const alias of this.#parts.trie.get(name)?.aliases ?? []) aliases.add(alias);
    }
    return aliases;
  }

  /** All of it, in an order that follows from the content. */
  all(): readonly Resource[] {
    if (this.#list === undefined) {
      const list: Resource[] = [];
      this.#parts.trie.forEach((resource) => list.push(resource));
      this.#list = list;
    }
    return this.#list;
  }

  /** The resources whose name is `prefix` and a last part without a slash. */
  inDirectory(prefix: string): readonly Resource[] {
    this.#directories ??= Map.groupBy(this.all(), ({ name }) => directoryOf(name));
    return this.#directories.get(prefix) ?? [];
  }

  /**
   * A copy with `set` put in, of which the last of a name counts, after the names of `deleted` were
   * taken out. A resource that is already there with its version stays the object that it is.
   *
   * @returns this very set when that changes nothing
   */
  with(set: Iterable<Resource>, deleted: Iterable<string> = []): ResourceSet {
    let { trie, aliases, size } = this.#parts;
    const toggled: string[] = [];
    for (const name of deleted) {
      const before = trie.get(name);
      if (before === undefined) continue;
      trie = trie.delete(name);
      aliases = aliases.replaced(before, undefined);
      toggled.push(before.version);
      size--;
    }
    for (const resource of set) {
      const before = trie.get(resource.name);
      if (before?.version === resource.version) continue;
      trie = trie.set(resource);
      aliases = aliases.replaced(before, resource);
      if (before === undefined) size++;
      else toggled.push(before.version);
      toggled.push(resource.version);
    }
    if (toggled.length === 0) return this;
    return new ResourceSet({ trie, aliases, size, digest: this.#parts.digest.toggled(toggled) });
  }

  /** A copy that holds `resources` and nothing else; what stays equal is shared. */
  replacedBy(resources: Iterable<Resource>): ResourceSet {
    if (this.size === 0) return ResourceSet.of(resources);
    const wanted = new Map<string, Resource>();
    for (const resource of resources) wanted.set(resource.name, resource);
    const deleted = this.all().filter(({ name }) => !wanted.has(name));
    return this.with(
      wanted.values(),
      deleted.map(({ name }) => name),
    );
  }

  /**
   * Names that were set or removed since `earlier`, each once. Where this set was made from
   * `earlier`, or both from a third, the cost follows what differs.
   */
  changesSince(earlier: ResourceSet): readonly string[] {
    if (earlier === this) return [];
    if (this.#lastComparison?.earlier.deref() === earlier) return this.#lastComparison.names;
    const names = earlier.#parts.trie.differences(this.#parts.trie, isSame);
    this.#lastComparison = { earlier: new WeakRef(earlier), names };
    return names;
  }
}

const isSame = (a: Resource, b: Resource): boolean => a === b || a.version === b.version;
