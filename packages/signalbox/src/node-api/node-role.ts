/** The roles that a caller of the node API may have (node-api §3.2). */
export const NODE_ROLES = [
  "os:admin",
  "os:operator",
  "os:reader",
  "os:etcd:backup",
  "os:image:verifier",
  "os:meta:writer",
  "os:impersonator",
] as const;

export type NodeRole = (typeof NODE_ROLES)[number];

/** Lets its holder speak for others: the roles are then those of the `talos-role` metadata. */
export const IMPERSONATOR: NodeRole = "os:impersonator";

/** Request metadata that carries roles from one hop to the next, one value a role. */
export const ROLE_METADATA = "talos-role";

const known: ReadonlySet<string> = new Set(NODE_ROLES);

/** Whether the text is the name of a role. */
export function isNodeRole(text: string): text is NodeRole {
  return known.has(text);
}
