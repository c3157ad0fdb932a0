const LANES = 3;

/**
 * A version of a set of resources: the exclusive or of their versions, each of which is 96 bits
 * of a hash over name and content. It depends on what is in the set alone, not on the order or the
 * history, and one change costs the same however large the set is.
 */
export class SetDigest {
  readonly #lanes: readonly number[];

  constructor(lanes: readonly number[] = [0, 0, 0]) {
    this.#lanes = lanes;
  }

  /** With the resource that has this version added, or taken out when it was in. */
  toggled(versions: Iterable<string>): SetDigest {
    const lanes = [...this.#lanes];
    for (const version of versions) {
      const bytes = Buffer.from(version, "base64url");
      for (let i = 0; i < LANES; i++) lanes[i] = ((lanes[i] ?? 0) ^ bytes.readInt32LE(4 * i)) | 0;
    }
    return new SetDigest(lanes);
  }

  toString(): string {
    const bytes = Buffer.alloc(4 * LANES);
    for (const [i, lane] of this.#lanes.entries()) bytes.writeInt32LE(lane, 4 * i);
    return bytes.toString("base64url");
  }
}
