import { serviceOf, type TypedService } from "@signalbox/grpc";
import { MachineService } from "#gen/machine/machine_pb.js";
import type { AgentDeps } from "./agent-deps.ts";
import type { MachineMethods } from "./machine-methods.ts";

/** The services of an agent. What no family has answers UNIMPLEMENTED. */
export function createAgentServices(deps: AgentDeps): readonly TypedService[] {
  return [serviceOf(MachineService, machineMethods(deps))];
}

/** One line a family. */
function machineMethods(_deps: AgentDeps): MachineMethods {
  return {};
}
