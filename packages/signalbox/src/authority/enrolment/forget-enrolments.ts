import { type Clock, type Log, Problem } from "@signalbox/base";
import type { Reader, Store } from "@signalbox/store";
import { JOIN_TOKEN, NODE_ENROLMENT, SERVER } from "../../model/kinds.ts";

export interface ForgetDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/** What no watch tells of (tokens that expire) is looked for this often. */
const SWEEP_MS = 3_600_000;

/**
 * Removes the enrolments and tokens of servers that are gone, and tokens that have expired, until
 * `signal` aborts. Neither would be honoured; they would only pile up.
 */
export async function forgetEnrolments(deps: ForgetDeps, signal: AbortSignal): Promise<void> {
  const { clock, log } = deps;
  while (!signal.aborted) {
    const pass = new AbortController();
    const cancel = clock.after(SWEEP_MS, () => pass.abort());
    try {
      await sweep(deps);
      await followDeletions(deps, AbortSignal.any([signal, pass.signal]));
    } catch (error) {
      if (Problem.is(error, "unavailable")) return;
      if (!Problem.is(error, "reader_too_slow", "revision_compacted")) {
        log.error({ err: error }, "enrolments of deleted servers are left for later");
        await clock.sleep(SWEEP_MS, { signal }).catch(() => {});
      }
    } finally {
      cancel();
    }
  }
}

async function followDeletions({ store }: ForgetDeps, signal: AbortSignal): Promise<void> {
  for await (const event of store.watch({ from: store.revision, kinds: [SERVER], signal })) {
    if (event.type !== "commit") continue;
    const gone = event.changes.flatMap((change) =>
      change.type === "deleted" ? [change.previous.id] : [],
    );
    await remove(store, (reader) => gone.flatMap((id) => leftOf(reader, id)));
  }
}

/** What a server that is gone, or the one before it under its id, has left. */
function leftOf(reader: Reader, serverId: string): readonly Found[] {
  const incarnation = reader.get(SERVER, serverId)?.value.incarnation;
  const enrolment = reader.get(NODE_ENROLMENT, serverId);
  const tokens = reader.list(JOIN_TOKEN, { index: { name: "server", value: serverId } }).items;
  return [
    ...(enrolment === undefined || enrolment.value.incarnation === incarnation
      ? []
      : [{ kind: NODE_ENROLMENT, id: serverId }]),
    ...tokens
      .filter(({ value }) => value.incarnation !== incarnation)
      .map(({ id }) => ({ kind: JOIN_TOKEN, id })),
  ];
}

/** Removes all that is of no use any more. */
export function sweep({ store, clock }: Pick<ForgetDeps, "store" | "clock">): Promise<void> {
  return remove(store, (reader) => {
    const now = clock.now();
    const tokens = reader.list(JOIN_TOKEN).items;
    const serverIds = new Set([
      ...reader.list(NODE_ENROLMENT).items.map(({ id }) => id),
      ...tokens.map(({ value }) => value.serverId),
    ]);
    const left = [...serverIds].flatMap((id) => leftOf(reader, id));
    const leftIds = new Set(left.map(({ id }) => id));
    const expired = tokens.filter(
      ({ id, value }) => Date.parse(value.expiresAt) <= now && !leftIds.has(id),
    );
    return [...left, ...expired.map(({ id }) => ({ kind: JOIN_TOKEN, id }))];
  });
}

interface Found {
  readonly kind: typeof JOIN_TOKEN | typeof NODE_ENROLMENT;
  readonly id: string;
}

/** In one transaction; none when there is nothing. */
async function remove(store: Store, find: (reader: Reader) => readonly Found[]): Promise<void> {
  if (find(store).length === 0) return;
  await store.transact((tx) => {
    for (const { kind, id } of find(tx)) tx.delete(kind, id);
  });
}
