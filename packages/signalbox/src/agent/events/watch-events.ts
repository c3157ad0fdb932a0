import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Clock } from "@signalbox/base";
import { GrpcError, STATUS } from "@signalbox/grpc";
import type { EventSchema, EventsRequest } from "#gen/machine/events_pb.js";
import { isXid, xidSeconds } from "../../node-api/xid.ts";
import type { EventLog } from "./event-log.ts";
import type { EventRing } from "./event-ring.ts";

/**
 * An empty event at once, which clients wait for; then past events as asked, and those that
 * happen. A client that is too slow by the whole ring is left without a word: it asks again from
 * the last event that it has seen (node-api §4.2, Events).
 *
 * @throws GrpcError INVALID_ARGUMENT
 */
export async function* watchEvents(
  log: EventLog,
  request: EventsRequest,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): AsyncGenerator<MessageInitShape<typeof EventSchema>, void, undefined> {
  const { ring } = log;
  // Where to begin is settled before the client goes on, so that nothing falls between.
  let position = firstPosition(ring, request, clock);
  const { withActorId } = request;
  yield { data: {}, id: log.nextId(), actorId: withActorId };
  for (;;) {
    await ring.reached(position, signal);
    const event = signal.aborted ? undefined : ring.at(position);
    if (event === undefined) return;
    position += 1;
    if (withActorId === "" || withActorId === event.actorId) yield event;
  }
}

function firstPosition(ring: EventRing, request: EventsRequest, clock: Clock): number {
  const { tailEvents, tailId, tailSeconds } = request;
  if ([tailEvents !== 0, tailId !== "", tailSeconds !== 0].filter(Boolean).length > 1) {
    const text = "only one of tail_events, tail_id and tail_seconds may be set";
    throw new GrpcError(STATUS.INVALID_ARGUMENT, text);
  }
  if (tailEvents < 0) return ring.start;
  if (tailEvents > 0) return Math.max(ring.start, ring.end - tailEvents);
  if (tailId !== "") {
    if (!isXid(tailId)) throw new GrpcError(STATUS.INVALID_ARGUMENT, "tail_id is no event's id");
    const known = ring.firstPosition(({ id }) => id === tailId);
    return known < ring.end ? known + 1 : ring.firstPosition(({ id }) => id > tailId);
  }
  if (tailSeconds !== 0) {
    const since = clock.now() / 1000 - tailSeconds;
    return ring.firstPosition(({ id }) => (xidSeconds(id) ?? 0) >= since);
  }
  return ring.end;
}
