import { isNodeRole } from "./node-role.ts";

/** What a caller is, as its certificate or the hop before says (node-api §3.2). Immutable. */
export class NodeRoles {
  static readonly none: NodeRoles = new NodeRoles([]);
  readonly #names: ReadonlySet<string>;

  private constructor(names: Iterable<string>) {
    this.#names = new Set(names);
  }

  /** Trims, drops what is empty, and keeps names that it does not know. */
  static parse(texts: Iterable<string>): NodeRoles {
    const names = Array.from(texts, (text) => text.trim()).filter((text) => text !== "");
    return names.length === 0 ? NodeRoles.none : new NodeRoles(names);
  }

  /** Every role once, sorted. */
  get names(): readonly string[] {
    return [...this.#names].sort();
  }

  /** Those that are not of this API, sorted. They allow nothing. */
  get unknown(): readonly string[] {
    return this.names.filter((name) => !isNodeRole(name));
  }

  get isEmpty(): boolean {
    return this.#names.size === 0;
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** Whether one of `names` at least is among these. */
  includesAny(names: Iterable<string>): boolean {
    for (const name of names) if (this.#names.has(name)) return true;
    return false;
  }
}
