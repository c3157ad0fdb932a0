import { type DescMessage, type JsonValue, type MessageShape, toJson } from "@bufbuild/protobuf";

/** A machine's message for programs: as protobuf's own JSON has it, the machine's name before it. */
export function replyDocument<D extends DescMessage>(
  schema: D,
  node: string,
  message: MessageShape<D>,
): object {
  const { metadata: _, ...body } = toJson(schema, message) as {
    readonly [name: string]: JsonValue;
  };
  return { node, ...body };
}
