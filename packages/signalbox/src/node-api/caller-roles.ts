import type { Metadata, Peer } from "@signalbox/grpc";
import { IMPERSONATOR, ROLE_METADATA } from "./node-role.ts";
import { NodeRoles } from "./node-roles.ts";

/** What is asked of a peer: a certificate that was verified. */
export type RolePeer = Pick<Peer, "isAuthorized" | "certificate">;

/**
 * The roles of whoever makes a call: the organizations of the certificate that it showed. Only an
 * impersonator speaks for others: its roles are replaced by those of the metadata, when there are
 * any (node-api §3.2). Everybody else's `talos-role` is ignored.
 */
export function callerRoles(peer: RolePeer, metadata: Metadata): NodeRoles {
  if (!peer.isAuthorized) return NodeRoles.none;
  const own = NodeRoles.parse(peer.certificate?.organizations ?? []);
  if (!own.has(IMPERSONATOR)) return own;
  const lent = NodeRoles.parse(metadata.getAll(ROLE_METADATA));
  return lent.isEmpty ? own : lent;
}
