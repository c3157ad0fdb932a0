import type { DescMethodServerStreaming, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { clientOf, GrpcError, Metadata, type ServerStreamingCall, STATUS } from "@signalbox/grpc";
import { type AskOptions, nodesMetadata } from "./ask-nodes.ts";
import type { NodeConnection } from "./node-connection.ts";
import { type FromNode, type NodeReply, nodeReply } from "./node-reply.ts";

/** The messages of a stream, and who each is of. */
export type NodeStream<M extends DescMethodServerStreaming> = AsyncIterable<
  NodeReply<MessageShape<M["output"]>>
>;

export interface FollowOptions extends AskOptions {
  /** The stream goes on until somebody's patience ends: that is an end, not a failure (node-api §4.3). */
  readonly isEndless?: boolean;
}

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
  { isEndless = false, ...options }: FollowOptions,
): NodeStream<M> {
  const call = streamOf(channel, method);
  try {
    for await (const message of call(request, { ...options, metadata: nodesMetadata(nodes) })) {
      const fromNode = message as FromNode & typeof message;
      const isLate = fromNode.metadata?.status?.code === STATUS.DEADLINE_EXCEEDED;
      if (!(isEndless && isLate)) yield nodeReply(fromNode, nodes[0] ?? "-");
    }
  } catch (error) {
    const isLate = error instanceof GrpcError && error.code === STATUS.DEADLINE_EXCEEDED;
    if (!(isEndless && isLate)) throw error;
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
