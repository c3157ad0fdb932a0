import { toJson } from "@bufbuild/protobuf";
import { clientOf, GrpcError, type StatusCode, statusName } from "@signalbox/grpc";
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import {
  Explain,
  type ExplainResponse,
  ExplainResponse_Mode,
  ExplainResponseSchema,
  type Refusal,
  type Target,
} from "#gen/signalbox/node/v1/explain_pb.js";
import { nodeServices } from "../../../../node-api/node-services.ts";
import type { CliIo } from "../../../cli-io.ts";
import { printable } from "../../../output/cell.ts";
import type { Column } from "../../../output/render-table.ts";
import { renderList, renderValue } from "../../../output/render.ts";
import { addNodeCallCommand, type NodeCall } from "./node-call-command.ts";
import { onlyNode } from "./only-node.ts";
import { pathOf } from "./path-of.ts";

interface ExplainFlags {
  readonly single?: boolean;
}

const COLUMNS: readonly Column<Target>[] = [
  { heading: "NODE", value: ({ name }) => name },
  { heading: "SERVER", value: ({ serverId }) => serverId },
  { heading: "DIALS", value: ({ dial }) => dial },
  { heading: "CERTIFICATE OF", value: ({ identity }) => identity },
];

/** `signalbox node explain METHOD` */
export function addExplainCommand(node: Command, io: CliIo): void {
  addNodeCallCommand<ExplainFlags>(node, io, {
    name: "explain",
    summary: "show what a call would come to, without making it; ends as the call would",
    arguments: [
      new Argument("<method>", "Reboot, or the full machine.MachineService/Reboot").argParser(
        methodPath,
      ),
    ],
    options: [new Option("--single", "name one machine as `node`, as `read` and `cp` do")],
    // Its role shall be that of the call.
    paths: (_flags, [method = ""]) => [pathOf(Explain.method.explain), method],
    run: explainCall,
  });
}

/**
 * `/machine.MachineService/Reboot`
 *
 * @throws InvalidArgumentError when its service is known, and has no such method
 */
function methodPath(text: string): string {
  const path = fullPath(text);
  const [, serviceName = "", method = ""] = path.split("/");
  const service = nodeServices.find(({ typeName }) => typeName === serviceName);
  if (service === undefined || service.methods.some(({ name }) => name === method)) return path;
  throw new InvalidArgumentError(`${serviceName} has no method ${printable(method)}.`);
}

function fullPath(text: string): string {
  if (text.startsWith("/")) return text;
  return text.includes("/") ? `/${text}` : `/machine.MachineService/${text}`;
}

async function explainCall(call: NodeCall<ExplainFlags>): Promise<void> {
  const { connection, flags, args, io, print, failed } = call;
  const [method = ""] = args;
  const named =
    flags.single === true ? { node: onlyNode(connection) } : { nodes: [...connection.nodes] };
  const client = clientOf(Explain, connection.channel);
  const options = { timeoutMs: flags.timeout, signal: io.signal };
  const plan = await client.explain({ method, ...named, order: "request" }, options);
  print(
    flags.output === "table"
      ? planText(method, plan)
      : renderValue(flags.output, toJson(ExplainResponseSchema, plan)),
  );
  if (plan.refusal !== undefined) throw errorOf(plan.refusal);
  for (const { name, refusal } of plan.targets) {
    if (refusal !== undefined) failed(name, errorOf(refusal).message);
  }
}

function planText(method: string, plan: ExplainResponse): string {
  const { roles, rolesAllowed, streamed, targets } = plan;
  const lines = [
    `${printable(method)}: ${modeText(plan)}${streamed ? ", a stream of replies" : ""}`,
    `as ${roles.join(", ")}; allowed to ${rolesAllowed.join(", ")}`,
  ];
  const dialled = targets.filter(({ refusal }) => refusal === undefined);
  if (dialled.length > 0) lines.push("", renderList("table", COLUMNS, dialled));
  return lines.join("\n");
}

function modeText({ mode, refusal }: ExplainResponse): string {
  if (refusal !== undefined) return `refused (${statusName(refusal.code)})`;
  return mode === ExplainResponse_Mode.ONE_TO_ONE ? "to one machine" : "to each machine named";
}

function errorOf({ code, message }: Refusal): GrpcError {
  return new GrpcError(code as StatusCode, message);
}
