import { type Clock, type Log, Problem } from "@signalbox/base";
import { type Change, changedResource, type Kind, type Store } from "@signalbox/store";

/** A listener for the changes of one kind. */
export interface FeedSubscription {
  readonly kind: Kind<never>;
  readonly deliver: (change: Change) => void;
}

export interface StoreFeedDeps {
  readonly store: Pick<Store, "revision" | "list" | "watch">;
  readonly clock: Clock;
  readonly log: Log;
}

export interface StoreFeedOptions {
  readonly subscriptions: readonly FeedSubscription[];
  readonly signal: AbortSignal;
  /** Events that the feed may be behind before the store cuts it off; default the store's own. */
  readonly capacity?: number | undefined;
  /** Everything that is there has been delivered; called again after each new listing. */
  readonly onListed: () => void;
}

const WATCH_RETRY_MS = 1_000;

/**
 * Shows subscribers everything that is in the store, then every change from that revision on,
 * until `signal` aborts.
 *
 * A watch that was cut off resumes from the last revision that it showed. When that is no longer
 * kept, everything is listed again, and whatever was deleted in the gap is not announced: a
 * resource goes only once its own controller has cleaned up, so nobody may depend on seeing it go.
 */
export async function followStore(deps: StoreFeedDeps, options: StoreFeedOptions): Promise<void> {
  const { store, clock, log } = deps;
  const { subscriptions, signal, capacity, onListed } = options;
  const extra = capacity === undefined ? {} : { capacity };
  const byKind = Map.groupBy(subscriptions, (subscription) => subscription.kind.name);
  const kinds = [...byKind.values()].flatMap(([first]) =>
    first === undefined ? [] : [first.kind],
  );
  const deliver = (kind: string, change: Change): void => {
    for (const subscription of byKind.get(kind) ?? []) subscription.deliver(change);
  };

  let from: number | undefined;
  while (!signal.aborted) {
    try {
      if (from === undefined) {
        from = listAll(store, kinds, deliver);
        onListed();
      }
      for await (const event of store.watch({ kinds, from, signal, ...extra })) {
        if (event.type === "commit") {
          for (const change of event.changes) deliver(changedResource(change).kind, change);
        }
        from = event.revision;
      }
      if (!signal.aborted) throw new Problem("store_unavailable", "the store's watch ended");
    } catch (error) {
      if (signal.aborted) return;
      if (Problem.is(error, "reader_too_slow")) {
        log.info({ revision: from }, "the watch was cut off; resuming");
      } else if (Problem.is(error, "revision_compacted")) {
        log.info({ revision: from }, "the watch cannot be resumed; listing again");
        from = undefined;
      } else {
        log.warn({ code: Problem.from(error).code, err: error }, "the watch failed; trying again");
        await pause(clock, signal);
      }
    }
  }
}

/** Reads are synchronous, so that all the lists show the one revision. */
function listAll(
  store: StoreFeedDeps["store"],
  kinds: readonly Kind<never>[],
  deliver: (kind: string, change: Change) => void,
): number {
  const { revision } = store;
  for (const kind of kinds) {
    for (const resource of store.list(kind).items)
      deliver(kind.name, { type: "created", resource });
  }
  return revision;
}

async function pause(clock: Clock, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(WATCH_RETRY_MS, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
