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
import { mayCall } from "../node-api/rule-table.ts";

/** Certificates of one project's people name it so; operators' and the daemon's do not. */
const PROJECT_URI = "signalbox://project/";

const NOT_AUTHORIZED: GrpcStatus = status(STATUS.PERMISSION_DENIED, "not authorized");

/**
 * Lets calls through by the rule table that the daemon has as well (node-api §3.2). A machine does
 * not know whose it is: people of a project reach it through the daemon alone, which does.
 */
export const authorizeAgentCall: Authorize = ({ path, peer, metadata }: RawServerCall) =>
  mayCall(path, rolesHere(peer, metadata)) ? undefined : NOT_AUTHORIZED;

function rolesHere(peer: RolePeer, metadata: Metadata): NodeRoles {
  const isOfProject = peer.certificate?.uris.some((uri) => uri.startsWith(PROJECT_URI)) === true;
  return isOfProject ? NodeRoles.none : callerRoles(peer, metadata);
}
