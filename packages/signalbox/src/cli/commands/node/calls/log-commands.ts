import type { MessageInitShape } from "@bufbuild/protobuf";
import { Argument, type Command, Option } from "commander";
import { MachineService } from "#gen/machine/machine_pb.js";
import { parseSelector } from "../../../../node-api/selector.ts";
import type { CliIo } from "../../../cli-io.ts";
import { parseCount } from "../../../options.ts";
import { followNodes } from "./follow-nodes.ts";
import { addNodeCallCommand, type NodeCall } from "./node-call-command.ts";
import { NodeLines } from "./node-lines.ts";
import { OutputWriter } from "./output-writer.ts";
import { pathOf } from "./path-of.ts";

const { dmesg, logs } = MachineService.method;

interface FollowFlags {
  readonly follow?: boolean;
  readonly tail?: boolean | number;
}

/** `signalbox node dmesg` and `logs` */
export function addLogCommands(node: Command, io: CliIo): void {
  const follow = () => new Option("-f, --follow", "go on with what comes until Ctrl-C");
  addNodeCallCommand<FollowFlags>(node, io, {
    name: "dmesg",
    summary: "print the kernel's log",
    options: [follow(), new Option("--tail", "leave out what is there already")],
    paths: () => [pathOf(dmesg)],
    run: (call) => {
      const { follow: isFollowed = false, tail } = call.flags;
      return printLines(call, dmesg, { follow: isFollowed, tail: tail === true });
    },
  });
  addNodeCallCommand<FollowFlags>(node, io, {
    name: "logs",
    summary: "print what a service of the machine writes",
    arguments: [new Argument("<service>", "its id, as `services` lists it")],
    options: [follow(), new Option("--tail <lines>", "the last so many").argParser(parseCount)],
    paths: () => [pathOf(logs)],
    run: (call) => {
      const { follow: isFollowed = false, tail } = call.flags;
      const tailLines = typeof tail === "number" ? tail : -1;
      const [id = ""] = call.args;
      return printLines(call, logs, { namespace: "system", id, follow: isFollowed, tailLines });
    },
  });
}

/** Prints the lines of a stream of bytes, those of several machines as they come. */
async function printLines<M extends typeof dmesg | typeof logs>(
  { connection, flags, io, failed }: NodeCall<FollowFlags>,
  method: M,
  request: MessageInitShape<M["input"]>,
): Promise<void> {
  const { nodes } = connection;
  const isNamed = nodes.length > 1 || nodes.some((node) => parseSelector(node) !== undefined);
  const lines = new NodeLines(isNamed);
  const output = new OutputWriter(io);
  const { timeout: timeoutMs, follow: isEndless = false } = flags;
  const options = { timeoutMs, signal: io.signal, isEndless };
  for await (const answer of followNodes(connection, method, request, options)) {
    if ("error" in answer) failed(answer.node, answer.error);
    else await output.write(lines.push(answer.node, answer.reply.bytes));
  }
  await output.write(lines.end());
}
