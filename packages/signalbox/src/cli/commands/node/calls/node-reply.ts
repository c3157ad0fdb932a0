import type { Metadata as MessageMetadata } from "#gen/common/common_pb.js";

/** What one machine answered. */
export type NodeReply<T> =
  | { readonly node: string; readonly reply: T }
  | { readonly node: string; readonly error: string };

/** A message of an answer of many machines: who it is of, and whether it is a failure. */
export interface FromNode {
  readonly metadata?: MessageMetadata | undefined;
}

/**
 * Tells a reply from a failure.
 *
 * @param asked the machine, for answers that do not say
 */
export function nodeReply<T extends FromNode>(message: T, asked: string): NodeReply<T> {
  const { hostname = "", error = "", status } = message.metadata ?? {};
  const node = hostname === "" ? asked : hostname;
  if (error === "" && (status?.code ?? 0) === 0) return { node, reply: message };
  const said = status === undefined || status.message === "" ? error : status.message;
  return { node, error: said };
}
