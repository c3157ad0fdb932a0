import { serviceOf, type TypedService } from "@signalbox/grpc";
import { MachineService } from "#gen/machine/machine_pb.js";
import { nodeServices } from "../node-api/node-services.ts";
import type { AgentDeps } from "./agent-deps.ts";
import type { AgentVersion } from "./agent-version.ts";
import { createFactMethods } from "./fact-methods.ts";
import { fileMethods } from "./files/file-methods.ts";
import type { MachineMethods } from "./machine-methods.ts";
import { createStorageServices } from "./storage-services.ts";
import { createTimeService, type TimeServiceOptions } from "./time/time-service.ts";

export interface AgentServiceOptions {
  readonly version: AgentVersion;
  readonly time?: TimeServiceOptions;
  /** Of the families that have a life of their own (see `MachineLife`). @default none */
  readonly running?: MachineMethods;
}

/**
 * Every service of the node API. What no family has answers UNIMPLEMENTED, whole services too:
 * reflection tells of all of them.
 */
export function createAgentServices(
  deps: AgentDeps,
  options: AgentServiceOptions,
): readonly TypedService[] {
  const served = [
    serviceOf(MachineService, machineMethods(deps, options)),
    ...createStorageServices(deps),
    createTimeService(deps, options.time),
  ];
  const names = new Set(served.map(({ name }) => name));
  const rest = nodeServices.filter(({ typeName }) => !names.has(typeName));
  return [...served, ...rest.map((descriptor) => serviceOf(descriptor, {}))];
}

/** One line a family. */
function machineMethods(
  deps: AgentDeps,
  { version, running = {} }: AgentServiceOptions,
): MachineMethods {
  return {
    ...createFactMethods(deps, version),
    ...fileMethods(deps.roots.root),
    ...running,
  };
}
