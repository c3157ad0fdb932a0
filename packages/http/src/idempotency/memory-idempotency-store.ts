import { type CancelTimer, type Clock, Problem } from "@signalbox/base";
import type {
  IdempotencyStart,
  IdempotencyStore,
  IdempotencyTicket,
  KeptAnswer,
} from "./idempotency-store.ts";

/** How many answers are kept, and for how long. */
export interface MemoryIdempotencyOptions {
  /** How long an answer is kept; default 24 hours. */
  readonly keepMs?: number;
  /** How many keys are known at once; the oldest finished one goes first. Default 10,000. */
  readonly maxKeys?: number;
  /**
   * The same of one caller, so that nobody's keys are pushed out by another's; default 1,000.
   */
  readonly maxKeysOfCaller?: number;
}

interface Entry {
  readonly id: string;
  readonly caller: string;
  readonly digest: string;
  /** Undefined while the request is carried out. */
  answer: KeptAnswer | undefined;
  /** Resolves when the request has ended, one way or the other. */
  readonly ended: Promise<void>;
  forget: CancelTimer;
}

/** Keys of this process only: a restart forgets them. */
export function createMemoryIdempotencyStore(
  clock: Clock,
  options: MemoryIdempotencyOptions = {},
): IdempotencyStore {
  const { keepMs = 24 * 3_600_000, maxKeys = 10_000, maxKeysOfCaller = 1_000 } = options;
  const entries = new EntrySet();

  const begin = (id: string, caller: string, digest: string): IdempotencyTicket => {
    if (entries.sizeOf(caller) >= maxKeysOfCaller) forgetOldest(entries, entries.of(caller));
    if (entries.size >= maxKeys) forgetOldest(entries, entries.all());
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const entry: Entry = { id, caller, digest, answer: undefined, ended, forget: () => {} };
    entries.add(entry);
    return {
      keep: (answer) => {
        entry.answer = answer;
        entry.forget = clock.after(keepMs, () => entries.delete(entry));
        resolve();
      },
      release: () => {
        entries.delete(entry);
        resolve();
      },
    };
  };

  return {
    get size() {
      return entries.size;
    },
    start: async (caller, key, digest, signal): Promise<IdempotencyStart> => {
      const id = JSON.stringify([caller, key]);
      for (;;) {
        signal.throwIfAborted();
        const entry = entries.get(id);
        if (entry === undefined) return { kind: "first", ticket: begin(id, caller, digest) };
        if (entry.digest !== digest) return { kind: "mismatch" };
        if (entry.answer !== undefined) return { kind: "repeat", answer: entry.answer };
        await untilAborted(entry.ended, signal);
      }
    },
  };
}

/** Entries by id and by caller, the oldest first. */
class EntrySet {
  readonly #byId = new Map<string, Entry>();
  readonly #byCaller = new Map<string, Set<Entry>>();

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): Entry | undefined {
    return this.#byId.get(id);
  }

  all(): Iterable<Entry> {
    return this.#byId.values();
  }

  of(caller: string): Iterable<Entry> {
    return this.#byCaller.get(caller) ?? [];
  }

  sizeOf(caller: string): number {
    return this.#byCaller.get(caller)?.size ?? 0;
  }

  add(entry: Entry): void {
    this.#byId.set(entry.id, entry);
    const own = this.#byCaller.get(entry.caller);
    if (own === undefined) this.#byCaller.set(entry.caller, new Set([entry]));
    else own.add(entry);
  }

  delete(entry: Entry): void {
    this.#byId.delete(entry.id);
    const own = this.#byCaller.get(entry.caller);
    own?.delete(entry);
    if (own?.size === 0) this.#byCaller.delete(entry.caller);
  }
}

/** @throws Problem `unavailable` when all of them are being carried out */
function forgetOldest(entries: EntrySet, candidates: Iterable<Entry>): void {
  for (const entry of candidates) {
    if (entry.answer === undefined) continue;
    entry.forget();
    entries.delete(entry);
    return;
  }
  throw new Problem("unavailable", "too many requests with an Idempotency-Key are in flight");
}

async function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    work.then(resolve, reject);
    await promise;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
