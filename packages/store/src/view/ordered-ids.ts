const MAX_CHUNK = 512;

/**
 * A sorted set of ids: an array of short sorted arrays, so that adding one among 100,000 moves a
 * few hundred pointers rather than all of them.
 */
export class OrderedIds {
  /** Never holds an empty chunk; the ids of one chunk all sort before those of the next. */
  readonly #chunks: string[][] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(id: string): void {
    if (this.#append(id)) return;
    const at = this.#chunkOf(id);
    const chunk = this.#chunks[at] as string[];
    const position = lowerBound(chunk, id);
    if (chunk[position] === id) return;
    chunk.splice(position, 0, id);
    this.#size += 1;
    if (chunk.length > MAX_CHUNK) this.#chunks.splice(at + 1, 0, chunk.splice(MAX_CHUNK / 2));
  }

  delete(id: string): void {
    const at = this.#chunkOf(id);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return;
    const position = lowerBound(chunk, id);
    if (chunk[position] !== id) return;
    chunk.splice(position, 1);
    this.#size -= 1;
    if (chunk.length === 0) this.#chunks.splice(at, 1);
  }

  /** The ids behind `after` in order; all of them when it is absent. */
  *from(after?: string): Generator<string, void, undefined> {
    if (after === undefined) {
      for (const chunk of this.#chunks) yield* chunk;
      return;
    }
    const first = this.#chunkOf(after);
    for (let at = first; at < this.#chunks.length; at++) {
      const chunk = this.#chunks[at] ?? [];
      const start = at === first ? upperBound(chunk, after) : 0;
      for (let i = start; i < chunk.length; i++) yield chunk[i] as string;
    }
  }

  /** Ids that come in order, as when a store is opened, are not searched for. */
  #append(id: string): boolean {
    const chunk = this.#chunks.at(-1);
    const last = chunk?.at(-1);
    if (last !== undefined && last >= id) return false;
    if (chunk === undefined || chunk.length === MAX_CHUNK) this.#chunks.push([id]);
    else chunk.push(id);
    this.#size += 1;
    return true;
  }

  /** The chunk that holds `id` or would: the last one that begins at or before it. */
  #chunkOf(id: string): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#chunks[middle]?.[0] ?? "") <= id) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }
}

function lowerBound(sorted: readonly string[], id: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as string) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

function upperBound(sorted: readonly string[], id: string): number {
  const position = lowerBound(sorted, id);
  return sorted[position] === id ? position + 1 : position;
}
