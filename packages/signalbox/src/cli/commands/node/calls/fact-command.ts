import { type JsonValue, type MessageInitShape, toJson } from "@bufbuild/protobuf";
import type { Argument, Command, Option } from "commander";
import type { CliIo } from "../../../cli-io.ts";
import { renderList } from "../../../output/render.ts";
import type { Column } from "../../../output/render-table.ts";
import { askNodes, type ElementOf, type FanOutMethod } from "./ask-nodes.ts";
import { addNodeCallCommand } from "./node-call-command.ts";
import { pathOf } from "./path-of.ts";

/** A command that asks every machine one thing and prints what they answer. */
export interface FactCommand<M extends FanOutMethod, Row, Flags extends object> {
  readonly name: string;
  readonly summary: string;
  readonly method: M;
  readonly arguments?: readonly Argument[];
  readonly options?: readonly Option[];
  /** @default an empty one */
  readonly request?: (args: readonly string[], flags: Flags) => MessageInitShape<M["input"]>;
  /** Lines of the table for one machine's answer. */
  readonly rows: (reply: ElementOf<M>, flags: Flags) => readonly Row[];
  readonly columns: readonly Column<Row>[];
}

interface NodeRow<Row> {
  readonly node: string;
  readonly row: Row;
}

/** Adds the command below `parent`. */
export function addFactCommand<M extends FanOutMethod, Row, Flags extends object>(
  parent: Command,
  io: CliIo,
  spec: FactCommand<M, Row, Flags>,
): void {
  const { method, rows, columns, request } = spec;
  addNodeCallCommand<Flags>(parent, io, {
    ...spec,
    paths: [pathOf(method)],
    run: async ({ connection, flags, args, print, failed }) => {
      const options = { timeoutMs: flags.timeout, signal: io.signal };
      const asked = (request?.(args, flags) ?? {}) as MessageInitShape<M["input"]>;
      const replies = await askNodes(connection, method, asked, options);
      if (flags.output === "table") {
        const lines = replies.flatMap((answer) =>
          "reply" in answer
            ? rows(answer.reply, flags).map((row) => ({ node: answer.node, row }))
            : [],
        );
        if (lines.length > 0) print(renderList("table", withNode(columns), lines));
      } else {
        print(
          renderList(
            flags.output,
            [],
            replies.map((answer) =>
              "reply" in answer ? { node: answer.node, ...bodyOf(method, answer.reply) } : answer,
            ),
          ),
        );
      }
      for (const answer of replies) {
        if ("error" in answer) failed(answer.node, answer.error);
      }
    },
  });
}

function withNode<Row>(columns: readonly Column<Row>[]): readonly Column<NodeRow<Row>>[] {
  return [
    { heading: "NODE", value: ({ node }) => node },
    ...columns.map(({ heading, value }) => ({
      heading,
      value: ({ row }: NodeRow<Row>) => value(row),
    })),
  ];
}

/** A machine's answer as protobuf's own JSON has it. */
function bodyOf<M extends FanOutMethod>(method: M, reply: ElementOf<M>): object {
  const messages = method.output.fields.find(({ name }) => name === "messages");
  if (messages?.message === undefined) return {};
  const { metadata: _, ...body } = toJson(messages.message, reply as never) as {
    readonly [name: string]: JsonValue;
  };
  return body;
}
