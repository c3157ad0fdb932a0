import { type CancelTimer, type Clock, Problem } from "@signalbox/base";
import type {
  IdempotencyStart,
  IdempotencyStore,
  IdempotencyTicket,
  KeptAnswer,
} from "./idempotency-store.ts";

export interface MemoryIdempotencyOptions {
  /** How long an answer is kept; default 24 hours. */
  readonly keepMs?: number;
  /** How many keys are known at once; the oldest finished one goes first. Default 10,000. */
  readonly maxKeys?: number;
}

interface Entry {
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
  { keepMs = 24 * 3_600_000, maxKeys = 10_000 }: MemoryIdempotencyOptions = {},
): IdempotencyStore {
  const entries = new Map<string, Entry>();

  const begin = (key: string, digest: string): IdempotencyTicket => {
    if (entries.size >= maxKeys) forgetOldest(entries);
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const entry: Entry = { digest, answer: undefined, ended, forget: () => {} };
    entries.set(key, entry);
    return {
      keep: (answer) => {
        entry.answer = answer;
        entry.forget = clock.after(keepMs, () => entries.delete(key));
        resolve();
      },
      release: () => {
        entries.delete(key);
        resolve();
      },
    };
  };

  return {
    start: async (key, digest, signal): Promise<IdempotencyStart> => {
      for (;;) {
        signal.throwIfAborted();
        const entry = entries.get(key);
        if (entry === undefined) return { kind: "first", ticket: begin(key, digest) };
        if (entry.digest !== digest) return { kind: "mismatch" };
        if (entry.answer !== undefined) return { kind: "repeat", answer: entry.answer };
        await untilAborted(entry.ended, signal);
      }
    },
  };
}

function forgetOldest(entries: Map<string, Entry>): void {
  for (const [key, entry] of entries) {
    if (entry.answer === undefined) continue;
    entry.forget();
    entries.delete(key);
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
