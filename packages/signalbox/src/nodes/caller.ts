import type { Metadata, Peer } from "@signalbox/grpc";
import { callerRoles } from "../node-api/caller-roles.ts";
import { IMPERSONATOR } from "../node-api/node-role.ts";
import type { NodeRoles } from "../node-api/node-roles.ts";
import { type ProjectScope, projectScopes } from "../node-api/project-uri.ts";

/** Who makes a call, and for what. */
export interface Caller {
  /** Common name of the certificate; its fingerprint when it has none. */
  readonly name: string;
  readonly roles: NodeRoles;
  /** True when the certificate lets its holder speak for others. */
  readonly isImpersonator: boolean;
  /** The projects whose machines it sees; undefined: all machines. */
  readonly scopes: readonly ProjectScope[] | undefined;
}

/** Reads a caller out of its verified certificate. */
export function callerOf(peer: Peer, metadata: Metadata): Caller {
  const certificate = peer.isAuthorized ? peer.certificate : undefined;
  const { commonName, fingerprint256 = "", organizations = [], uris = [] } = certificate ?? {};
  return {
    name: commonName ?? fingerprint256,
    roles: callerRoles(peer, metadata),
    isImpersonator: organizations.some((name) => name.trim() === IMPERSONATOR),
    scopes: projectScopes(uris),
  };
}

/** Whether the caller may know of what belongs to a project. */
export function sees({ scopes }: Caller, { organizationId, projectId }: ProjectScope): boolean {
  if (scopes === undefined) return true;
  return scopes.some(
    (scope) => scope.organizationId === organizationId && scope.projectId === projectId,
  );
}
