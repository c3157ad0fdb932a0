import {
  type Authorize,
  type GrpcStatus,
  type Metadata,
  type RawServerCall,
  STATUS,
  status,
} from "@signalbox/grpc";
import { callerRoles, type RolePeer } from "../node-api/caller-roles.ts";
import { NodeRoles } from "../node-api/node-roles.ts";
import { projectScopes } from "../node-api/project-uri.ts";
import { mayCall, NOT_AUTHORIZED } from "../node-api/rule-table.ts";

const REFUSED: GrpcStatus = status(STATUS.PERMISSION_DENIED, NOT_AUTHORIZED);

/**
 * Lets calls through by the rule table that the daemon has as well (node-api §3.2). A machine does
 * not know whose it is: people of a project reach it through the daemon alone, which does. So does whoever a name of our
 * scheme binds to a project that cannot be read.
 */
export const authorizeAgentCall: Authorize = ({ path, peer, metadata }: RawServerCall) =>
  mayCall(path, rolesHere(peer, metadata)) ? undefined : REFUSED;

function rolesHere(peer: RolePeer, metadata: Metadata): NodeRoles {
  const isBound = projectScopes(peer.certificate?.uris ?? []) !== undefined;
  return isBound ? NodeRoles.none : callerRoles(peer, metadata);
}
