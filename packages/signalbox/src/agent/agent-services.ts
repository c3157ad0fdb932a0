import { serviceOf, type TypedService } from "@signalbox/grpc";
import { MachineService } from "#gen/machine/machine_pb.js";
import { nodeServices } from "../node-api/node-services.ts";
import type { AgentDeps } from "./agent-deps.ts";
import type { AgentVersion } from "./agent-version.ts";
import { captureMethods } from "./capture/capture-methods.ts";
import { containerMethods } from "./container-methods.ts";
import { eventMethods } from "./events/event-methods.ts";
import { createFactMethods } from "./fact-methods.ts";
import { fileMethods } from "./files/file-methods.ts";
import { dmesgMethods } from "./kmsg/dmesg-methods.ts";
import { ENVIRONMENT, type MachineLife } from "./machine-life.ts";
import type { MachineMethods } from "./machine-methods.ts";
import { powerMethods } from "./power/power-methods.ts";
import { createStorageServices } from "./storage-services.ts";
import { logMethods } from "./supervisor/log-methods.ts";
import { serviceMethods } from "./supervisor/service-methods.ts";
import { createTimeService, type TimeServiceOptions } from "./time/time-service.ts";

export interface MachineMethodsOptions {
  readonly version: AgentVersion;
  readonly life: MachineLife;
}

export interface AgentServiceOptions extends MachineMethodsOptions {
  readonly time?: TimeServiceOptions;
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

/** The machine service: one line a family. */
export function machineMethods(
  deps: AgentDeps,
  { version, life }: MachineMethodsOptions,
): MachineMethods {
  const { clock, roots } = deps;
  const { events, power, stopping, supervisor } = life;
  return {
    ...createFactMethods(deps, version),
    ...fileMethods(roots.root),
    ...dmesgMethods(deps, stopping),
    ...eventMethods(events, clock, stopping),
    ...logMethods(life),
    ...serviceMethods(supervisor),
    ...powerMethods(power),
    ...captureMethods({ environment: ENVIRONMENT, sys: roots.sys }, stopping),
    ...containerMethods(),
  };
}
