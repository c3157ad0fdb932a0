import { GrpcError, type Peer, STATUS } from "@signalbox/grpc";
import type { Node } from "@signalbox/xds";

/** Whether clients are who they say they are. */
export interface NodeIdentity {
  /** @throws GrpcError PERMISSION_DENIED when a node takes the id of another, or has none */
  admit(peer: Peer, node: Node | undefined): void;
  /** Whether an admitted node is of the cluster that it names. */
  trustsCluster(node: Node): boolean;
  /** Whether who asks may be told of this node. */
  mayRead(asker: Peer, node: Node): boolean;
}

/** Of a listener that only this machine reaches: every client is believed. */
export const ANY_IDENTITY: NodeIdentity = Object.freeze({
  admit: () => {},
  trustsCluster: () => true,
  mayRead: () => true,
});

/**
 * Over mutual TLS a node's id is its certificate's common name, or one of its URI names (SPIFFE).
 * Its cluster counts where the certificate names it as an organization (O): otherwise a node
 * could choose whose configuration, and whose secrets, it is sent.
 */
export function certificateIdentity(): NodeIdentity {
  const vouched = new WeakSet<Node>();
  return {
    admit: (peer, node) => {
      if (node === undefined || !isNamed(peer, node)) {
        const text =
          "the certificate does not name the node: its CN or a URI name must be the node id";
        throw new GrpcError(STATUS.PERMISSION_DENIED, text);
      }
      if (peer.certificate?.organizations.includes(node.cluster)) vouched.add(node);
    },
    trustsCluster: (node) => vouched.has(node),
    mayRead: isNamed,
  };
}

/** Whether the certificate that a peer showed names the node. */
function isNamed(peer: Peer, { id }: Node): boolean {
  if (!peer.isAuthorized || id === "") return false;
  const { commonName, uris = [] } = peer.certificate ?? {};
  return commonName === id || uris.includes(id);
}
