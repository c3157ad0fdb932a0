import { Problem, type ProblemCode } from "@signalbox/base";
import { GrpcError, STATUS, type StatusCode } from "@signalbox/grpc";
import type { Command } from "commander";
import { addSubcommand, type CommandForm } from "../../../add-subcommand.ts";
import type { CliIo } from "../../../cli-io.ts";
import { printableLines } from "../../../output/cell.ts";
import { failureText } from "./failure-text.ts";
import { addNodeCallFlags, type NodeCallFlags } from "./node-call-flags.ts";
import { connectNodes, type NodeConnection } from "./node-connection.ts";

/** What a command that calls machines works with. */
export interface NodeCall<Flags extends object> {
  readonly connection: NodeConnection;
  readonly io: CliIo;
  readonly flags: Flags & NodeCallFlags;
  readonly args: readonly string[];
  readonly print: (text: string) => void;
  /** Says that a machine failed; the command ends with 1 when it is through with the others. */
  readonly failed: (node: string, error: string) => void;
}

/** A command that calls machines, as data. */
export interface NodeCallCommand<Flags extends object> extends CommandForm {
  /** Methods that it calls, `/machine.MachineService/Version`: they decide over the role. */
  readonly paths: (flags: Flags, args: readonly string[]) => readonly string[];
  readonly run: (call: NodeCall<Flags>) => Promise<void>;
}

/** Adds the command below `parent`, with the flags that all of them have. */
export function addNodeCallCommand<Flags extends object>(
  parent: Command,
  io: CliIo,
  spec: NodeCallCommand<Flags>,
): void {
  const command = addSubcommand(parent, spec);
  addNodeCallFlags(command);
  command.action(async () => {
    const flags = command.opts<Flags & NodeCallFlags>();
    const args = command.processedArgs as string[];
    const paths = spec.paths(flags, args);
    using connection = await connectNodes(flags, paths, io);
    let failures = 0;
    const failed = (node: string, error: string): void => {
      failures++;
      const text = failureText(error, { paths });
      io.stderr.write(`error from node ${printableLines(node)}: ${printableLines(text)}\n`);
    };
    const print = (text: string): void => void io.stdout.write(`${text}\n`);
    try {
      await spec.run({ connection, io, flags, args, print, failed });
    } catch (error) {
      throw io.signal.aborted ? io.signal.reason : toProblem(error, connection, paths);
    }
    if (failures > 0) throw new Problem("unprocessable", `${failures} of the machines failed`);
  });
}

const CODES: Partial<Record<StatusCode, ProblemCode>> = {
  [STATUS.INVALID_ARGUMENT]: "invalid_request",
  [STATUS.NOT_FOUND]: "not_found",
  [STATUS.PERMISSION_DENIED]: "forbidden",
  [STATUS.UNAUTHENTICATED]: "unauthenticated",
  [STATUS.DEADLINE_EXCEEDED]: "request_timeout",
  [STATUS.UNAVAILABLE]: "unavailable",
};

/** The call as a whole failed. */
function toProblem(error: unknown, connection: NodeConnection, paths: readonly string[]): unknown {
  if (!(error instanceof GrpcError)) return error;
  const unreached = connection.channel.state === "READY" ? undefined : connection.endpoints;
  const text = failureText(error.message, { paths, unreached });
  return new Problem(CODES[error.code] ?? "unprocessable", text, { cause: error });
}
