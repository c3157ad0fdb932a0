import type { Resource } from "../resource/resource.ts";
import { HashTrie } from "./hash-trie.ts";

interface AliasEntry {
  /** The alias. */
  readonly name: string;
  /** Who has it, in the order of their names. */
  readonly owners: readonly Resource[];
}

/** Which resource answers to an alias. Where several have it, the first by name does. */
export class AliasIndex {
  readonly #trie: HashTrie<AliasEntry>;

  constructor(trie: HashTrie<AliasEntry> = HashTrie.empty()) {
    this.#trie = trie;
  }

  get isEmpty(): boolean {
    return this.#trie.isEmpty;
  }

  get(alias: string): Resource | undefined {
    return this.#trie.isEmpty ? undefined : this.#trie.get(alias)?.owners[0];
  }

  /** With `after` in place of `before`, either of which may be nothing. */
  replaced(before: Resource | undefined, after: Resource | undefined): AliasIndex {
    if (!before?.aliases.length && !after?.aliases.length) return this;
    const aliases = [...(before?.aliases ?? []), ...(after?.aliases ?? [])];
    let trie = this.#trie;
    for (const alias of new Set(aliases)) {
      const others = (trie.get(alias)?.owners ?? []).filter((owner) => owner !== before);
      const owners = after?.aliases.includes(alias) ? [...others, after] : others;
      trie =
        owners.length === 0
          ? trie.delete(alias)
          : trie.set({ name: alias, owners: owners.toSorted(byName) });
    }
    return new AliasIndex(trie);
  }
}

const byName = (a: Resource, b: Resource): number => (a.name < b.name ? -1 : 1);
