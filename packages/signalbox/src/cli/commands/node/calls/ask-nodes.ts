import type { DescMethodUnary, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { clientOf, Metadata, type UnaryCall } from "@signalbox/grpc";
import type { NodeConnection } from "./node-connection.ts";
import { type FromNode, type NodeReply, nodeReply } from "./node-reply.ts";

/** A method that every machine answers with one message. */
export type FanOutMethod = DescMethodUnary & { readonly output: DescMethodUnary["output"] };

/** The message that one machine answers: an element of the response's `messages`. */
export type ElementOf<M extends FanOutMethod> =
  MessageShape<M["output"]> extends { readonly messages: readonly (infer Element)[] }
    ? Element & FromNode
    : never;

export interface AskOptions {
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * Calls a method on all machines of the connection at once; the answers come in the order in which
 * the machines were named.
 *
 * @throws GrpcError when the call as a whole is refused
 */
export async function askNodes<M extends FanOutMethod>(
  { channel, nodes }: NodeConnection,
  method: M,
  request: MessageInitShape<M["input"]>,
  options: AskOptions,
): Promise<readonly NodeReply<ElementOf<M>>[]> {
  // The client's type is that of any service; the method says which of its functions this is.
  const call = clientOf(method.parent, channel)[method.localName] as unknown as UnaryCall<
    M["input"],
    M["output"]
  >;
  const metadata = nodesMetadata(nodes);
  const response = await call(request, { ...options, metadata });
  const { messages } = response as unknown as { readonly messages: readonly ElementOf<M>[] };
  return messages.map((message, index) => nodeReply(message, nodes[index] ?? "-"));
}

/** What names the machines of one call. */
export function nodesMetadata(nodes: readonly string[]): Metadata {
  return Metadata.of([
    ...nodes.map((node) => ["nodes", node] as const),
    ["node-order", "request"] as const,
  ]);
}
