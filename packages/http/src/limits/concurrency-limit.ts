/** Counts what is in flight, by key; a key that holds nothing takes no memory. */
export interface ConcurrencyLimit {
  /** False: the key has its share. After true, `release` must follow. */
  acquire(key: string): boolean;
  release(key: string): void;
  readonly total: number;
}

export function createConcurrencyLimit(maxPerKey: number): ConcurrencyLimit {
  const held = new Map<string, number>();
  let total = 0;
  return {
    acquire: (key) => {
      const count = held.get(key) ?? 0;
      if (count >= maxPerKey) return false;
      held.set(key, count + 1);
      total += 1;
      return true;
    },
    release: (key) => {
      const count = held.get(key);
      if (count === undefined) return;
      total -= 1;
      if (count === 1) held.delete(key);
      else held.set(key, count - 1);
    },
    get total() {
      return total;
    },
  };
}
