import { renderList, renderValue } from "../../../output/render.ts";
import type { Column } from "../../../output/render-table.ts";
import type { ElementOf, FanOutMethod } from "./ask-nodes.ts";
import type { NodeCall } from "./node-call-command.ts";
import type { NodeReply } from "./node-reply.ts";
import { replyDocument } from "./reply-document.ts";

interface NodeRow<Row> {
  readonly node: string;
  readonly row: Row;
}

/** Prints what machines answered, and says which failed. */
export function printReplies<M extends FanOutMethod, Row>(
  { flags, print, failed }: NodeCall<object>,
  method: M,
  columns: readonly Column<Row>[],
  rows: (reply: ElementOf<M>) => readonly Row[],
  replies: readonly NodeReply<ElementOf<M>>[],
): void {
  if (flags.output === "table") {
    const lines = replies.flatMap((answer) =>
      "reply" in answer ? rows(answer.reply).map((row) => ({ node: answer.node, row })) : [],
    );
    // Headings alone say that there is none.
    if (replies.some((answer) => "reply" in answer)) {
      print(renderList("table", withNode(columns), lines));
    }
  } else {
    print(
      renderValue(
        flags.output,
        replies.map((answer) => documentOf(method, answer)),
      ),
    );
  }
  for (const answer of replies) if ("error" in answer) failed(answer.node, answer.error);
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
function documentOf<M extends FanOutMethod>(method: M, answer: NodeReply<ElementOf<M>>): object {
  if ("error" in answer) return answer;
  const element = method.output.fields.find(({ name }) => name === "messages")?.message;
  if (element === undefined) return { node: answer.node };
  return replyDocument(element, answer.node, answer.reply as never);
}
