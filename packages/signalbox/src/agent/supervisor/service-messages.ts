import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ServiceStateEvent_Action, type ServiceStateEventSchema } from "#gen/machine/events_pb.js";
import type { ServiceHealthSchema, ServiceInfoSchema } from "#gen/machine/services_pb.js";
import type {
  HealthRecord,
  ServiceEventRecord,
  ServiceRecord,
  ServiceState,
} from "./service-record.ts";

type ServiceInfo = MessageInitShape<typeof ServiceInfoSchema>;
type ServiceHealth = MessageInitShape<typeof ServiceHealthSchema>;
type ServiceStateEvent = MessageInitShape<typeof ServiceStateEventSchema>;

const ACTIONS: Readonly<Record<ServiceState, ServiceStateEvent_Action>> = {
  Initialized: ServiceStateEvent_Action.INITIALIZED,
  Preparing: ServiceStateEvent_Action.PREPARING,
  Waiting: ServiceStateEvent_Action.WAITING,
  Running: ServiceStateEvent_Action.RUNNING,
  Stopping: ServiceStateEvent_Action.STOPPING,
  Finished: ServiceStateEvent_Action.FINISHED,
  Failed: ServiceStateEvent_Action.FAILED,
  Skipped: ServiceStateEvent_Action.SKIPPED,
  Starting: ServiceStateEvent_Action.STARTING,
};

/** `events` and `health` are there even when there is nothing to tell (node-api §4.2, ServiceList). */
export function serviceInfo(id: string, { state, events, health }: ServiceRecord): ServiceInfo {
  return {
    id,
    state,
    events: {
      events: events.map((event) => ({
        msg: event.message,
        state: event.state,
        ts: timestampFromMs(event.atMs),
      })),
    },
    health: serviceHealth(health),
  };
}

export function serviceStateEvent(
  id: string,
  event: ServiceEventRecord,
  { health }: ServiceRecord,
): ServiceStateEvent {
  return {
    service: id,
    action: ACTIONS[event.state],
    message: event.message,
    health: serviceHealth(health),
  };
}

function serviceHealth({
  isUnknown,
  isHealthy,
  message,
  changedAtMs,
}: HealthRecord): ServiceHealth {
  return {
    unknown: isUnknown,
    healthy: isHealthy,
    lastMessage: message,
    lastChange: timestampFromMs(changedAtMs),
  };
}
