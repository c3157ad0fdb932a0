import { Problem } from "@signalbox/base";
import type { OperationReply, ServerSentEvent } from "@signalbox/http";
import type { Change, Resource, Store } from "@signalbox/store";
import type { ReadModel, ResourceSet } from "./resource-set.ts";

interface WatchRequest {
  readonly query: { readonly revision?: number };
  readonly lastEventId: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * A list as a stream of server-sent events: `created`, `updated` and `deleted`, each with the
 * resource as the API shows it. Without a position the present state comes first, as `present`
 * events that end with a `bookmark`. An event's id is the revision to resume behind; of several
 * events of one revision only the last has it, so that a resume never skips the others.
 *
 * A stream that cannot go on ends with an `error` event that holds a problem's code.
 *
 * @throws Problem `revision_compacted`, `invalid_request` for a position that is none
 */
export function watchReply<T>(
  set: ResourceSet<T>,
  read: ReadModel<T>,
  request: WatchRequest,
  store: Store,
): OperationReply {
  const from = positionOf(request);
  if (from !== undefined) assertKept(from, store);
  return { status: 200, events: eventsOf(set, read, from, request.signal, store) };
}

/** `Last-Event-ID` is what a reconnecting reader sends by itself, so it wins. */
function positionOf({ query, lastEventId }: WatchRequest): number | undefined {
  if (lastEventId === undefined) return query.revision;
  if (/^\d{1,15}$/.test(lastEventId)) return Number(lastEventId);
  throw new Problem("invalid_request", "Last-Event-ID is not a revision");
}

function assertKept(from: number, store: Store): void {
  if (from > store.revision) {
    throw new Problem("invalid_request", "there is no such revision yet");
  }
  if (from < store.stats().compactedRevision) {
    throw new Problem("revision_compacted", "the revision is no longer kept; list again");
  }
}

async function* eventsOf<T>(
  set: ResourceSet<T>,
  read: ReadModel<T>,
  position: number | undefined,
  signal: AbortSignal,
  store: Store,
): AsyncGenerator<ServerSentEvent> {
  try {
    const from = position ?? (yield* presentState(set, read, store));
    for await (const event of store.watch({ kinds: [set.kind], from, signal })) {
      if (event.type === "bookmark") yield bookmark(event.revision);
      else yield* commitEvents(event.changes as readonly Change<T>[], event.revision, set, read);
    }
  } catch (error) {
    if (signal.aborted) return;
    const { code, message } = Problem.from(error);
    yield { event: "error", data: JSON.stringify({ code, error_description: message }) };
  }
}

/** Answers the revision that was shown. */
function* presentState<T>(
  set: ResourceSet<T>,
  read: ReadModel<T>,
  store: Store,
): Generator<ServerSentEvent, number> {
  const page = store.list(set.kind, {
    filter: (resource) => set.filter(resource.value),
    ...(set.index === undefined ? {} : { index: set.index }),
  });
  for (const resource of page.items) yield { event: "present", data: dataOf(read, resource) };
  yield bookmark(page.revision);
  return page.revision;
}

function* commitEvents<T>(
  changes: readonly Change<T>[],
  revision: number,
  set: ResourceSet<T>,
  read: ReadModel<T>,
): Generator<ServerSentEvent> {
  const seen = changes.map((change) => asSeen(change, set)).filter((view) => view !== undefined);
  for (const [index, { event, resource }] of seen.entries()) {
    const isLast = index === seen.length - 1;
    yield {
      ...(isLast ? { id: String(revision) } : {}),
      event,
      data: dataOf(read, resource),
    };
  }
}

/**
 * A change as it looks through the filter: what comes to match was created, what no longer does
 * was deleted.
 */
function asSeen<T>(
  change: Change<T>,
  { filter }: ResourceSet<T>,
): { event: "created" | "updated" | "deleted"; resource: Resource<T> } | undefined {
  const before = change.type === "created" ? undefined : change.previous;
  const after = change.type === "deleted" ? undefined : change.resource;
  const was = before !== undefined && filter(before.value);
  const is = after !== undefined && filter(after.value);
  if (is) return { event: was ? "updated" : "created", resource: after };
  return was ? { event: "deleted", resource: before } : undefined;
}

function bookmark(revision: number): ServerSentEvent {
  return { id: String(revision), event: "bookmark", data: JSON.stringify({ revision }) };
}

function dataOf<T>(read: ReadModel<T>, resource: Resource<T>): string {
  return JSON.stringify(read(resource));
}
