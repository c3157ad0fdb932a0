import type { Clock, Log, Metrics } from "@signalbox/base";
import { SnapshotCache, XdsServer } from "@signalbox/xds";
import { NodeClaims } from "../../traffic/node-claims.ts";
import { RefusalLog } from "../../traffic/refusal-log.ts";
import type { NodeIdentity } from "./node-identity.ts";

export interface ResourceServerOptions {
  readonly identity: NodeIdentity;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** The program's, as clients are told it. */
  readonly version: string;
}

/** The xDS server of the daemon, and what decides who is served what. */
export interface ResourceServer {
  readonly xds: XdsServer;
  /** What it serves: one snapshot a group. */
  readonly cache: SnapshotCache;
  readonly claims: NodeClaims;
  readonly refusals: RefusalLog;
}

/** Makes a server with nothing to serve yet: every node waits. */
export function createResourceServer(options: ResourceServerOptions): ResourceServer {
  const { identity, version, ...shared } = options;
  const { clock, log } = shared;
  const claims = new NodeClaims((node) => identity.trustsCluster(node));
  const cache = new SnapshotCache({ groupOf: (node) => claims.groupOf(node), log });
  const refusals = new RefusalLog();
  const xds = new XdsServer({
    ...shared,
    cache,
    controlPlane: `signalbox ${version}`,
    ordering: "makeBeforeBreak",
    callbacks: {
      onNode: ({ peer }, node) => identity.admit(peer, node),
      onNodeChange: ({ peer, node }) => identity.admit(peer, node),
      onFetchRequest: ({ node }, peer) => identity.admit(peer, node),
      onNack: (stream, refusal) => {
        const groupId = stream.node === undefined ? "" : claims.groupOf(stream.node);
        refusals.add(stream, groupId, refusal, clock.now());
      },
    },
  });
  return { xds, cache, claims, refusals };
}
