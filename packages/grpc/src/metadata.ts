/** One field as it stands on the wire; a name may occur any number of times. */
export type MetadataEntry = readonly [name: string, value: string];

/**
 * Request or response metadata: an immutable list of fields in wire order. Repeated fields stay
 * apart (Node would join them), and binary values (`…-bin`) stay base64 text until asked for, so
 * that a relay hands them on untouched.
 */
export class Metadata {
  static readonly empty: Metadata = new Metadata([]);
  readonly #entries: readonly MetadataEntry[];

  private constructor(entries: readonly MetadataEntry[]) {
    this.#entries = entries;
  }

  /** @param entries names in any case; they are lower-cased as HTTP/2 wants them */
  static of(entries: Iterable<MetadataEntry>): Metadata {
    const list = Array.from(entries, ([name, value]): MetadataEntry => [name.toLowerCase(), value]);
    return list.length === 0 ? Metadata.empty : new Metadata(list);
  }

  /** From Node's flat `rawHeaders`: name, value, name, value. Names are lower case there. */
  static fromRaw(raw: readonly string[], isWanted: (name: string) => boolean): Metadata {
    const list: MetadataEntry[] = [];
    for (let i = 0; i + 1 < raw.length; i += 2) {
      const name = raw[i] ?? "";
      if (isWanted(name)) list.push([name, raw[i + 1] ?? ""]);
    }
    return list.length === 0 ? Metadata.empty : new Metadata(list);
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  entries(): readonly MetadataEntry[] {
    return this.#entries;
  }

  /** The first value of a name. */
  get(name: string): string | undefined {
    const wanted = name.toLowerCase();
    return this.#entries.find(([entry]) => entry === wanted)?.[1];
  }

  /** Every value of a name, in wire order. */
  getAll(name: string): readonly string[] {
    const wanted = name.toLowerCase();
    return this.#entries.flatMap(([entry, value]) => (entry === wanted ? [value] : []));
  }

  /** The bytes of the first value of a `…-bin` name. */
  getBinary(name: string): Buffer | undefined {
    const text = this.get(name);
    return text === undefined ? undefined : Buffer.from(text, "base64");
  }

  /** With one more field at the end. */
  with(name: string, value: string): Metadata {
    return new Metadata([...this.#entries, [name.toLowerCase(), value]]);
  }

  /** With one more binary field; base64 without padding, as gRPC sends it. */
  withBinary(name: string, bytes: Uint8Array): Metadata {
    return this.with(name, encodeBinary(bytes));
  }

  /** Without the fields of these names. */
  without(...names: readonly string[]): Metadata {
    const gone = new Set(names.map((name) => name.toLowerCase()));
    return Metadata.of(this.#entries.filter(([name]) => !gone.has(name)));
  }

  /** With `other`'s fields behind these: appended, never replaced. */
  concat(other: Metadata): Metadata {
    if (other.isEmpty) return this;
    return this.isEmpty ? other : new Metadata([...this.#entries, ...other.#entries]);
  }
}

/** Base64 without padding. */
export function encodeBinary(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}
