/** What a trie holds: things with a name of their own. */
export interface Named {
  readonly name: string;
}

const BITS = 5;
const MASK = 31;
/** Behind this many bits a hash is used up; what still collides lies in one bucket. */
const HASH_BITS = 32;

/** Entries whose hashes are equal, in the order of their names, so that equal content is equal. */
class Bucket<T extends Named> {
  readonly entries: readonly T[];

  constructor(entries: readonly T[]) {
    this.entries = entries;
  }
}

/** 32 places for five bits of the hash, of which only those that are taken are kept. */
class Branch<T extends Named> {
  readonly bitmap: number;
  readonly slots: readonly Slot<T>[];

  constructor(bitmap: number, slots: readonly Slot<T>[]) {
    this.bitmap = bitmap;
    this.slots = slots;
  }
}

type Slot<T extends Named> = Branch<T> | Bucket<T> | T;

/**
 * A persistent map from names to entries (a hash array mapped trie): a changed copy shares all but
 * a few nodes with the original, and two tries are compared at the cost of what differs. Its shape
 * follows from its content alone, so that equal content is also walked in equal order.
 */
export class HashTrie<T extends Named> {
  readonly #root: Branch<T>;

  private constructor(root: Branch<T>) {
    this.#root = root;
  }

  static empty<T extends Named>(): HashTrie<T> {
    return new HashTrie<T>(new Branch<T>(0, []));
  }

  /** A trie of many entries at once, several times as fast as one by one. Names are distinct. */
  static of<T extends Named>(entries: Iterable<T>): HashTrie<T> {
    const hashed = Array.from(entries, (entry) => ({ entry, hash: hashName(entry.name) }));
    return new HashTrie(buildBranch(hashed, 0));
  }

  get isEmpty(): boolean {
    return this.#root.bitmap === 0;
  }

  /** How many nodes it takes; it depends on the content alone. */
  get nodeCount(): number {
    return countNodes(this.#root);
  }

  get(name: string): T | undefined {
    return find(this.#root, name, hashName(name), 0);
  }

  /** With `entry` in place of the one of the same name, if there is one. */
  set(entry: T): HashTrie<T> {
    return new HashTrie(insert(this.#root, entry, hashName(entry.name), 0));
  }

  delete(name: string): HashTrie<T> {
    const root = remove(this.#root, name, hashName(name), 0);
    if (root === this.#root) return this;
    return new HashTrie(root instanceof Branch ? root : branchOf(root));
  }

  forEach(visit: (entry: T) => void): void {
    walk(this.#root, visit);
  }

  /** Names whose entry is in one of the two only, or is not `same` in both. Each once. */
  differences(other: HashTrie<T>, same: (a: T, b: T) => boolean): string[] {
    const names: string[] = [];
    compare(this.#root, other.#root, 0, same, names);
    return names;
  }
}

/** FNV-1a over UTF-16 units, with a last mix because the trie looks at the low bits first. */
export function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

const bitOf = (hash: number, shift: number): number => 1 << ((hash >>> shift) & MASK);

function countBits(bitmap: number): number {
  let bits = bitmap - ((bitmap >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Where the slot of `bit` is, or would be. */
const placeOf = (bitmap: number, bit: number): number => countBits(bitmap & (bit - 1));

function slotOf<T extends Named>({ bitmap, slots }: Branch<T>, bit: number): Slot<T> | undefined {
  return (bitmap & bit) === 0 ? undefined : slots[placeOf(bitmap, bit)];
}

interface Hashed<T extends Named> {
  readonly entry: T;
  readonly hash: number;
}

function buildBranch<T extends Named>(entries: readonly Hashed<T>[], shift: number): Branch<T> {
  const places: (Hashed<T>[] | undefined)[] = Array.from({ length: MASK + 1 });
  for (const hashed of entries) {
    const place = (hashed.hash >>> shift) & MASK;
    const group = places[place];
    if (group === undefined) places[place] = [hashed];
    else group.push(hashed);
  }
  let bitmap = 0;
  const slots: Slot<T>[] = [];
  for (let place = 0; place <= MASK; place++) {
    const group = places[place];
    const first = group?.[0];
    if (group === undefined || first === undefined) continue;
    bitmap |= 1 << place;
    slots.push(group.length === 1 ? first.entry : buildSlot(group, shift + BITS));
  }
  return new Branch(bitmap, slots);
}

function buildSlot<T extends Named>(group: readonly Hashed<T>[], shift: number): Slot<T> {
  if (shift >= HASH_BITS) return bucketOf(group.map(({ entry }) => entry));
  return buildBranch(group, shift);
}

function find<T extends Named>(
  from: Slot<T>,
  name: string,
  hash: number,
  fromShift: number,
): T | undefined {
  let slot: Slot<T> | undefined = from;
  for (let shift = fromShift; slot instanceof Branch; shift += BITS) {
    slot = slotOf(slot, bitOf(hash, shift));
  }
  if (slot === undefined) return undefined;
  if (slot instanceof Bucket) return slot.entries.find((entry) => entry.name === name);
  return slot.name === name ? slot : undefined;
}

function insert<T extends Named>(
  { bitmap, slots }: Branch<T>,
  entry: T,
  hash: number,
  shift: number,
): Branch<T> {
  const bit = bitOf(hash, shift);
  const place = placeOf(bitmap, bit);
  if ((bitmap & bit) === 0) return new Branch(bitmap | bit, slots.toSpliced(place, 0, entry));
  const changed = slots.slice();
  changed[place] = insertIntoSlot(slots[place] as Slot<T>, entry, hash, shift + BITS);
  return new Branch(bitmap, changed);
}

function insertIntoSlot<T extends Named>(
  slot: Slot<T>,
  entry: T,
  hash: number,
  shift: number,
): Slot<T> {
  if (slot instanceof Branch) return insert(slot, entry, hash, shift);
  if (slot instanceof Bucket) {
    return bucketOf([...slot.entries.filter(({ name }) => name !== entry.name), entry]);
  }
  if (slot.name === entry.name) return entry;
  if (shift >= HASH_BITS) return bucketOf([slot, entry]);
  const alone = new Branch<T>(bitOf(hashName(slot.name), shift), [slot]);
  return insert(alone, entry, hash, shift);
}

function bucketOf<T extends Named>(entries: readonly T[]): Bucket<T> {
  return new Bucket(entries.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
}

/** A root must be a branch. */
function branchOf<T extends Named>(slot: Bucket<T> | T): Branch<T> {
  const name = isEntry(slot) ? slot.name : (slot.entries[0]?.name ?? "");
  return new Branch(bitOf(hashName(name), 0), [slot]);
}

const isEntry = <T extends Named>(slot: Slot<T>): slot is T =>
  !(slot instanceof Branch || slot instanceof Bucket);

/** The branch without the entry; a last entry takes the place of its branch. */
function remove<T extends Named>(
  branch: Branch<T>,
  name: string,
  hash: number,
  shift: number,
): Slot<T> {
  const { bitmap, slots } = branch;
  const bit = bitOf(hash, shift);
  const slot = slotOf(branch, bit);
  if (slot === undefined) return branch;
  const place = placeOf(bitmap, bit);
  const rest = removeFromSlot(slot, name, hash, shift + BITS);
  if (rest === slot) return branch;
  if (rest !== undefined) {
    if (slots.length === 1 && isEntry(rest)) return rest;
    return new Branch(bitmap, slots.with(place, rest));
  }
  const [only] = slots.length === 2 ? slots.toSpliced(place, 1) : [];
  if (only !== undefined && isEntry(only)) return only;
  return new Branch(bitmap & ~bit, slots.toSpliced(place, 1));
}

function removeFromSlot<T extends Named>(
  slot: Slot<T>,
  name: string,
  hash: number,
  shift: number,
): Slot<T> | undefined {
  if (slot instanceof Branch) return remove(slot, name, hash, shift);
  if (!(slot instanceof Bucket)) return slot.name === name ? undefined : slot;
  const entries = slot.entries.filter((entry) => entry.name !== name);
  if (entries.length === slot.entries.length) return slot;
  return entries.length === 1 ? entries[0] : new Bucket(entries);
}

function walk<T extends Named>(slot: Slot<T>, visit: (entry: T) => void): void {
  if (slot instanceof Branch) for (const child of slot.slots) walk(child, visit);
  else if (slot instanceof Bucket) for (const entry of slot.entries) visit(entry);
  else visit(slot);
}

function countNodes<T extends Named>(slot: Slot<T>): number {
  if (!(slot instanceof Branch)) return slot instanceof Bucket ? 1 : 0;
  return slot.slots.reduce((count, child) => count + countNodes(child), 1);
}

function compare<T extends Named>(
  a: Branch<T>,
  b: Branch<T>,
  shift: number,
  same: (a: T, b: T) => boolean,
  names: string[],
): void {
  if (a === b) return;
  for (let rest = a.bitmap | b.bitmap; rest !== 0; rest &= rest - 1) {
    const bit = rest & -rest;
    const [left, right] = [slotOf(a, bit), slotOf(b, bit)];
    if (left === right) continue;
    if (left instanceof Branch && right instanceof Branch) {
      compare(left, right, shift + BITS, same, names);
    } else {
      compareSlots(left, right, shift + BITS, same, names);
    }
  }
}

/** Slots of different kinds: at least one of them holds a few entries only. */
function compareSlots<T extends Named>(
  left: Slot<T> | undefined,
  right: Slot<T> | undefined,
  shift: number,
  same: (a: T, b: T) => boolean,
  names: string[],
): void {
  const within = (slot: Slot<T> | undefined, name: string): T | undefined =>
    slot === undefined ? undefined : find(slot, name, hashName(name), shift);
  if (left !== undefined) {
    walk(left, (entry) => {
      const other = within(right, entry.name);
      if (other === undefined || !same(entry, other)) names.push(entry.name);
    });
  }
  if (right === undefined) return;
  walk(right, ({ name }) => {
    if (within(left, name) === undefined) names.push(name);
  });
}
