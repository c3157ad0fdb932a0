import { ok, type Result } from "@signalbox/base";
import { appendToReply, appendToStreamed, hostnameMetadata } from "./append-info.ts";
import { buildError, encodeStatus } from "./build-error.ts";
import { bytesField, textField } from "./field.ts";
import type { NodeFailure } from "./node-failure.ts";

/** How replies of many nodes become one reply that tells them apart. */
export interface Envelope {
  /**
   * Marks a message as coming from `name`.
   *
   * @param isStreaming false when the messages of all nodes are put together into one
   */
  tag(isStreaming: boolean, name: string, message: Buffer): Result<Buffer>;
  /**
   * A node's failure as a message; undefined when it cannot be told so, and the call is to fail.
   * For one failure, names of one length make messages of one length.
   */
  fold(isStreaming: boolean, name: string, failure: NodeFailure): Buffer | undefined;
}

/** The node API's own: `metadata` in each message, and replies that are lists of messages. */
export const metadataEnvelope: Envelope = Object.freeze({
  tag: (isStreaming: boolean, name: string, message: Buffer): Result<Buffer> => {
    const metadata = hostnameMetadata(name);
    return isStreaming ? ok(appendToStreamed(message, metadata)) : appendToReply(message, metadata);
  },
  fold: buildError,
});

/**
 * For methods that know nothing of nodes. The caller gets
 * `message NodeReply { string node = 1; bytes message = 2; google.rpc.Status status = 3; }`, one
 * for each message of a stream; of unary calls `message NodeReplies { repeated NodeReply replies = 1; }`.
 * `status` is set for a node that failed, `message` for every other one.
 */
export const wrappingEnvelope: Envelope = Object.freeze({
  tag: (isStreaming: boolean, name: string, message: Buffer): Result<Buffer> =>
    ok(nodeReply(isStreaming, name, bytesField(2, message))),
  fold: (isStreaming: boolean, name: string, failure: NodeFailure): Buffer =>
    nodeReply(isStreaming, name, bytesField(3, encodeStatus(failure))),
});

/** Hands messages on as they are; the failure of a node fails the call. */
export const noEnvelope: Envelope = Object.freeze({
  tag: (_isStreaming: boolean, _name: string, message: Buffer): Result<Buffer> => ok(message),
  fold: (): undefined => undefined,
});

function nodeReply(isStreaming: boolean, name: string, content: Buffer): Buffer {
  const reply = Buffer.concat([textField(1, name), content]);
  return isStreaming ? reply : bytesField(1, reply);
}
