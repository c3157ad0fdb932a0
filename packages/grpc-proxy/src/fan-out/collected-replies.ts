/** In what order the replies of the nodes stand in the reply to the caller. */
export type ReplyOrder =
  /** As they came. */
  | "arrival"
  /** As the nodes were named in the request. */
  | "request";

/**
 * The replies of a unary call to many nodes, until they are put together. The sum is one message
 * for the caller, who takes only so much: a reply that no longer fits is refused, and room is kept
 * for saying so in the name of every node that has not ended.
 */
export class CollectedReplies {
  readonly #maxBytes: number;
  readonly #order: ReplyOrder;
  readonly #replies: { readonly node: number; readonly bytes: Buffer }[] = [];
  /** By node: bytes kept for its refusal. */
  readonly #kept: number[];
  #bytes = 0;
  #keptBytes: number;

  /** @param refusalBytes by node: how long its refusal would be */
  constructor(maxBytes: number, order: ReplyOrder, refusalBytes: readonly number[]) {
    this.#maxBytes = maxBytes;
    this.#order = order;
    this.#kept = [...refusalBytes];
    this.#keptBytes = refusalBytes.reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Bytes of all replies so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes a reply, or answers false when it does not fit beside the refusals that may come. */
  add(node: number, reply: Buffer): boolean {
    if (this.#bytes + reply.length + this.#keptBytes > this.#maxBytes) return false;
    this.#push(node, reply);
    return true;
  }

  /** Takes the refusal for which room was kept. */
  addRefusal(node: number, refusal: Buffer): void {
    this.settle(node);
    this.#push(node, refusal);
  }

  /** The node sends nothing more: no room is kept for it. */
  settle(node: number): void {
    this.#keptBytes -= this.#kept[node] ?? 0;
    this.#kept[node] = 0;
  }

  /** All replies one behind the other, which is how protobuf merges lists. */
  join(): Buffer {
    const replies =
      this.#order === "arrival"
        ? this.#replies
        : this.#replies.toSorted((one, other) => one.node - other.node);
    return Buffer.concat(replies.map(({ bytes }) => bytes));
  }

  #push(node: number, bytes: Buffer): void {
    this.#replies.push({ node, bytes });
    this.#bytes += bytes.length;
  }
}
