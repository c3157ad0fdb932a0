import type { DescMethodServerStreaming, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { clientOf, Metadata, type ServerStreamingCall } from "@signalbox/grpc";
import { type AskOptions, nodesMetadata } from "./ask-nodes.ts";
import type { NodeConnection } from "./node-connection.ts";
import { type FromNode, type NodeReply, nodeReply } from "./node-reply.ts";

/** The messages of a stream, and who each is of. */
export type NodeStream<M extends DescMethodServerStreaming> = AsyncIterable<
  NodeReply<MessageShape<M["output"]>>
>;

/**
 * Calls a streaming method on all machines of the connection at once; what they send comes as they
 * send it. A machine that fails says so in a message, and the others go on.
 *
 * @throws GrpcError while reading, when the call as a whole is refused
 */
export async function* followNodes<M extends DescMethodServerStreaming>(
  { channel, nodes }: NodeConnection,
  method: M,
  request: MessageInitShape<M["input"]>,
  options: AskOptions,
): NodeStream<M> {
  const call = streamOf(channel, method);
  for await (const message of call(request, { ...options, metadata: nodesMetadata(nodes) })) {
    yield nodeReply(message as FromNode & typeof message, nodes[0] ?? "-");
  }
}

/** The same of one machine, whose failure is the call's own. */
export function followNode<M extends DescMethodServerStreaming>(
  channel: NodeConnection["channel"],
  node: string,
  method: M,
  request: MessageInitShape<M["input"]>,
  options: AskOptions,
): AsyncIterable<MessageShape<M["output"]>> {
  const metadata = Metadata.of([["node", node]]);
  return streamOf(channel, method)(request, { ...options, metadata });
}

function streamOf<M extends DescMethodServerStreaming>(
  channel: NodeConnection["channel"],
  method: M,
): ServerStreamingCall<M["input"], M["output"]> {
  // The client's type is that of any service; the method says which of its functions this is.
  return clientOf(method.parent, channel)[method.localName] as unknown as ServerStreamingCall<
    M["input"],
    M["output"]
  >;
}
