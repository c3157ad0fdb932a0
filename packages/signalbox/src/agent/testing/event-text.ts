import { fromBinary } from "@bufbuild/protobuf";
import {
  ConfigValidationErrorEventSchema,
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

/** An event in a few words: `phase reboot START`. */
export function eventText({ data }: Pick<Event, "data">): string {
  const value = data?.value ?? new Uint8Array();
  switch (data?.typeUrl) {
    case "talos/runtime/machine.SequenceEvent": {
      const { sequence, action, error } = fromBinary(SequenceEventSchema, value);
      const fault = error === undefined ? "" : `: ${error.message}`;
      return `sequence ${sequence} ${SequenceEvent_Action[action]}${fault}`;
    }
    case "talos/runtime/machine.PhaseEvent": {
      const { name, action } = fromBinary(PhaseEventSchema, value);
      return `phase ${name} ${PhaseEvent_Action[action]}`;
    }
    case "talos/runtime/machine.TaskEvent": {
      const { name, action } = fromBinary(TaskEventSchema, value);
      return `task ${name} ${TaskEvent_Action[action]}`;
    }
    case "talos/runtime/machine.ConfigValidationErrorEvent":
      return `config ${fromBinary(ConfigValidationErrorEventSchema, value).error}`;
    case "talos/runtime/machine.RestartEvent":
      return `restart ${fromBinary(RestartEventSchema, value).cmd.toString(16)}`;
    case "talos/runtime/machine.ServiceStateEvent": {
      const { service, action } = fromBinary(ServiceStateEventSchema, value);
      return `service ${service} ${ServiceStateEvent_Action[action]}`;
    }
    case "talos/runtime/machine.MachineStatusEvent": {
      const { stage, status } = fromBinary(MachineStatusEventSchema, value);
      const unmet = status?.unmet.map(({ name, reason }) => ` (${name}: ${reason})`).join("") ?? "";
      const text = `machine ${MachineStatusEvent_MachineStage[stage]}`;
      return `${text}${status?.ready === true ? " ready" : ""}${unmet}`;
    }
    default:
      return data?.typeUrl ?? "";
  }
}
