import { ok, type Result } from "@signalbox/base";
import { decodeNode } from "./decode-node.ts";
import { decodeStatusDetail } from "./decode-status-detail.ts";
import { decodeOptional, type MergedMessage } from "./merged-message.ts";
import type { Node } from "./node.ts";
import type { StatusDetail } from "./status-detail.ts";

/** What requests of both protocols say of their sender: who it is, and what it refuses. */
export interface Sender {
  readonly node: Node | undefined;
  readonly errorDetail: StatusDetail | undefined;
}

export function decodeSender(node: MergedMessage, detail: MergedMessage): Result<Sender> {
  const decodedNode = decodeOptional(node, decodeNode);
  if (!decodedNode.ok) return decodedNode;
  const decodedDetail = decodeOptional(detail, decodeStatusDetail);
  if (!decodedDetail.ok) return decodedDetail;
  return ok({ node: decodedNode.value, errorDetail: decodedDetail.value });
}
