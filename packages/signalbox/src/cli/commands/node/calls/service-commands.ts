import { timestampDate } from "@bufbuild/protobuf/wkt";
import { Argument, type Command } from "commander";
import { MachineService } from "#gen/machine/machine_pb.js";
import type { ServiceHealth } from "#gen/machine/services_pb.js";
import type { CliIo } from "../../../cli-io.ts";
import { addUnaryCommand } from "./unary-command.ts";

const { serviceList, serviceRestart, serviceStart, serviceStop } = MachineService.method;

/** `signalbox node services`, and `service start|stop|restart ID` */
export function addServiceCommands(node: Command, io: CliIo): void {
  addUnaryCommand(node, io, {
    name: "services",
    summary: "list what the agents keep running",
    method: serviceList,
    rows: ({ services }) => services,
    columns: [
      { heading: "SERVICE", value: ({ id }) => id },
      { heading: "STATE", value: ({ state }) => state },
      { heading: "HEALTH", value: ({ health }) => healthText(health) },
      { heading: "SINCE", value: ({ events }) => timeOf(events?.events.at(-1)?.ts) },
      { heading: "LAST EVENT", value: ({ events }) => events?.events.at(-1)?.msg },
    ],
  });
  const service = node
    .command("service")
    .description("start and stop what the agents keep running");
  addVerb(service, io, "start", "start a service", serviceStart);
  addVerb(service, io, "stop", "stop a service", serviceStop);
  addVerb(service, io, "restart", "stop and start a service", serviceRestart);
}

type ServiceVerb = typeof serviceStart | typeof serviceStop | typeof serviceRestart;

function addVerb(
  service: Command,
  io: CliIo,
  name: string,
  summary: string,
  method: ServiceVerb,
): void {
  // The three differ in nothing but the names of their messages.
  addUnaryCommand(service, io, {
    name,
    summary,
    method: method as typeof serviceStart,
    arguments: [new Argument("<service>", "its id")],
    request: ([id = ""]) => ({ id }),
    rows: (reply) => [reply],
    columns: [{ heading: "RESPONSE", value: ({ resp }) => resp }],
  });
}

function healthText(health: ServiceHealth | undefined): string {
  if (health === undefined || health.unknown) return "unknown";
  return health.healthy ? "healthy" : `unhealthy: ${health.lastMessage}`;
}

function timeOf(time: Parameters<typeof timestampDate>[0] | undefined): string | undefined {
  return time === undefined ? undefined : timestampDate(time).toISOString();
}
