import { Metadata } from "@signalbox/grpc";

const ROLES = "talos-role";
const FROM = "proxyfrom";

/** What the next hop is told of a call. */
export interface CallOrigin {
  /** The `:authority` under which the caller reached us; empty when it sent none. */
  readonly authority: string;
  /** The caller's roles, as its certificate has them. */
  readonly roles: Iterable<string>;
}

/**
 * Metadata for a node of the node API (node-api §2.2): where the call goes is taken out, where it
 * came from and with which roles put in. Roles that the caller claims in a header never get
 * through, not even when it has none.
 */
export function nodeMetadata(incoming: Metadata, origin: CallOrigin): Metadata {
  return incoming
    .without(ROLES, FROM, "nodes", "node")
    .with(FROM, origin.authority === "" ? "unknown" : origin.authority)
    .concat(rolesMetadata(origin.roles));
}

/** Metadata for the service on this machine: as it came, but with the roles that are true. */
export function localMetadata(incoming: Metadata, roles: Iterable<string>): Metadata {
  return incoming.without(ROLES).concat(rolesMetadata(roles));
}

/** One field a role, each role once. */
function rolesMetadata(roles: Iterable<string>): Metadata {
  return Metadata.of([...new Set(roles)].toSorted().map((role) => [ROLES, role] as const));
}
