import type { Resource } from "@signalbox/xds";
import type { Server } from "../../model/server.ts";
import type { ServerEndpoints } from "../../model/xds-group.ts";
import type { EncodeAssignment } from "./encode-assignment.ts";
import {
  endpointOf,
  isSameEndpoint,
  type Reach,
  selects,
  type ServerEndpoint,
} from "./server-endpoint.ts";

/** One cluster whose endpoints follow servers. */
export class FollowedCluster {
  readonly #spec: ServerEndpoints;
  readonly #reach: Reach;
  readonly #endpoints = new Map<string, ServerEndpoint>();
  #knownTo = 0;

  constructor(spec: ServerEndpoints, reach: Reach) {
    this.#spec = spec;
    this.#reach = reach;
  }

  get name(): string {
    return this.#spec.cluster;
  }

  /** Takes all servers as they are at a revision; what is told of earlier ones is old news. */
  load(servers: Iterable<Server>, revision: number): void {
    for (const server of servers) this.#put(server);
    this.#knownTo = revision;
  }

  /** A server as a commit left it. @returns whether clients see a difference */
  follow(serverId: string, server: Server | undefined, revision: number): boolean {
    if (revision <= this.#knownTo) return false;
    if (server !== undefined) return this.#put(server);
    return this.#endpoints.delete(serverId);
  }

  assignment(encode: EncodeAssignment): Resource {
    return encode(this.#spec.cluster, this.#spec.port, this.#endpoints.values());
  }

  #put(server: Server): boolean {
    const { id } = server.metadata;
    const before = this.#endpoints.get(id);
    const { from, port } = this.#spec;
    const after = selects(from, server) ? endpointOf(server, port, this.#reach) : undefined;
    if (isSameEndpoint(before, after)) return false;
    if (after === undefined) this.#endpoints.delete(id);
    else this.#endpoints.set(id, after);
    return true;
  }
}
