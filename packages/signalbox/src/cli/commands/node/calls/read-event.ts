import { type DescMessage, fromBinary, type MessageShape } from "@bufbuild/protobuf";
import {
  AddressEventSchema,
  type Event,
  MachineStatusEvent_MachineStage,
  MachineStatusEventSchema,
  PhaseEvent_Action,
  PhaseEventSchema,
  RestartEventSchema,
  SequenceEvent_Action,
  SequenceEventSchema,
  ServiceStateEvent_Action,
  ServiceStateEventSchema,
  TaskEvent_Action,
  TaskEventSchema,
} from "#gen/machine/events_pb.js";
import { EVENT_TYPE_PREFIX } from "../../../../node-api/event-type.ts";

/** What an event says, for people. */
export interface EventText {
  /** `SequenceEvent` */
  readonly type: string;
  readonly message: string;
}

/** The payload of an event when it is of this type; foreign bytes are none. */
export function payloadOf<D extends DescMessage>(
  { data }: Event,
  schema: D,
): MessageShape<D> | undefined {
  if (data?.typeUrl !== `${EVENT_TYPE_PREFIX}${schema.typeName}`) return undefined;
  try {
    return fromBinary(schema, data.value);
  } catch {
    return undefined;
  }
}

/** Undefined for the empty first event of a stream. */
export function describeEvent(event: Event): EventText | undefined {
  const { typeUrl = "" } = event.data ?? {};
  if (typeUrl === "") return undefined;
  const type = typeUrl.slice(typeUrl.lastIndexOf(".") + 1);
  return { type, message: messageOf(event) ?? "" };
}

function messageOf(event: Event): string | undefined {
  const sequence = payloadOf(event, SequenceEventSchema);
  if (sequence !== undefined) {
    const failure = sequence.error === undefined ? "" : `: ${sequence.error.message}`;
    return `${sequence.sequence} ${SequenceEvent_Action[sequence.action]}${failure}`;
  }
  const phase = payloadOf(event, PhaseEventSchema);
  if (phase !== undefined) return `${phase.name} ${PhaseEvent_Action[phase.action]}`;
  const task = payloadOf(event, TaskEventSchema);
  if (task !== undefined) return `${task.name} ${TaskEvent_Action[task.action]}`;
  const service = payloadOf(event, ServiceStateEventSchema);
  if (service !== undefined) {
    return `${service.service} ${ServiceStateEvent_Action[service.action]}: ${service.message}`;
  }
  const status = payloadOf(event, MachineStatusEventSchema);
  if (status !== undefined) {
    const readiness = status.status?.ready === true ? "ready" : "not ready";
    return `${MachineStatusEvent_MachineStage[status.stage]}, ${readiness}`;
  }
  const address = payloadOf(event, AddressEventSchema);
  if (address !== undefined) return `${address.hostname} ${address.addresses.join(", ")}`;
  const restart = payloadOf(event, RestartEventSchema);
  return restart === undefined ? undefined : `command 0x${restart.cmd.toString(16)}`;
}
