import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Command } from "commander";
import type { CommandForm } from "../../../add-subcommand.ts";
import type { CliIo } from "../../../cli-io.ts";
import type { Column } from "../../../output/render-table.ts";
import { askNodes, type ElementOf, type FanOutMethod } from "./ask-nodes.ts";
import { addNodeCallCommand } from "./node-call-command.ts";
import { pathOf } from "./path-of.ts";
import { printReplies } from "./print-replies.ts";

/** A command that asks every machine one thing and prints what they answer. */
export interface UnaryCommand<M extends FanOutMethod, Row, Flags extends object>
  extends CommandForm {
  readonly method: M;
  /** @default an empty one */
  readonly request?: (args: readonly string[], flags: Flags) => MessageInitShape<M["input"]>;
  /** Lines of the table for one machine's answer. */
  readonly rows: (reply: ElementOf<M>, flags: Flags) => readonly Row[];
  readonly columns: readonly Column<Row>[];
}

/** Adds the command below `parent`. */
export function addUnaryCommand<M extends FanOutMethod, Row, Flags extends object>(
  parent: Command,
  io: CliIo,
  spec: UnaryCommand<M, Row, Flags>,
): void {
  const { method, rows, columns, request } = spec;
  addNodeCallCommand<Flags>(parent, io, {
    ...spec,
    paths: () => [pathOf(method)],
    run: async (call) => {
      const { connection, flags, args } = call;
      const options = { timeoutMs: flags.timeout, signal: io.signal };
      const asked = (request?.(args, flags) ?? {}) as MessageInitShape<M["input"]>;
      const replies = await askNodes(connection, method, asked, options);
      printReplies(call, method, columns, (reply) => rows(reply, flags), replies);
    },
  });
}

/** Adds a command. */
export type AddCommand = (parent: Command, io: CliIo) => void;

/** A command as data, for tables of them. */
export function unaryCommand<M extends FanOutMethod, Row, Flags extends object>(
  spec: UnaryCommand<M, Row, Flags>,
): AddCommand {
  return (parent, io) => addUnaryCommand(parent, io, spec);
}
