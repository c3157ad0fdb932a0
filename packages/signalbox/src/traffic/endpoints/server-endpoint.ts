import { serverHealthStatus } from "../../model/provisioning-status.ts";
import type { Server } from "../../model/server.ts";
import type { ServerSelector } from "../../model/xds-group.ts";

/** What proxies take of a server's health. */
export type EndpointHealth = "healthy" | "degraded" | "unhealthy" | "unknown";

/** Where a server is reached, as an endpoint of a cluster. */
export interface ServerEndpoint {
  readonly serverId: string;
  readonly address: string;
  /** Name of the server's region: the endpoint's locality. */
  readonly region: string;
  readonly health: EndpointHealth;
}

/** What is to be known of a region. */
export interface RegionReach {
  readonly name: string;
  /**
   * False where machines have no network of their own, as a user-mode guest: then they are reached
   * by forwarded ports alone.
   */
  readonly hasPrivateNetwork: boolean;
}

/** A region by its id; undefined for one that is not served any more. */
export type RegionReaches = (regionId: string) => RegionReach | undefined;

/** How servers are reached. */
export interface Reach {
  readonly region: RegionReaches;
  /** Whether the security groups of a server open a port of it. */
  readonly opens: (server: Server, port: number) => boolean;
}

/** True when the server is of those that the selector names. */
export function selects({ networkId, tags }: ServerSelector, server: Server): boolean {
  if (networkId !== undefined && server.networkId !== networkId) return false;
  return Object.entries(tags ?? {}).every(([name, value]) =>
    server.metadata.tags.some((tag) => tag.name === name && tag.value === value),
  );
}

/**
 * The server as an endpoint; undefined while it takes no traffic. One that is asked to stop leaves
 * before it stops, so that its last requests are answered.
 */
export function endpointOf(server: Server, port: number, reach: Reach): ServerEndpoint | undefined {
  const { metadata, status, power } = server;
  const isUp = status.powerState === "Running" && power.desired === "running";
  if (!isUp || metadata.deletedAt !== undefined) return undefined;
  const region = reach.region(server.regionId);
  if (region === undefined) return undefined;
  if (!region.hasPrivateNetwork && !reach.opens(server, port)) return undefined;
  const address = status.publicIP ?? (region.hasPrivateNetwork ? status.privateIP : undefined);
  if (address === undefined) return undefined;
  return { serverId: metadata.id, address, region: region.name, health: healthOf(server) };
}

/** True when clients would see no difference. */
export function isSameEndpoint(
  one: ServerEndpoint | undefined,
  other: ServerEndpoint | undefined,
): boolean {
  if (one === undefined || other === undefined) return one === other;
  return (
    one.address === other.address && one.region === other.region && one.health === other.health
  );
}

function healthOf(server: Server): EndpointHealth {
  const health = serverHealthStatus(server);
  return health === "error" ? "unhealthy" : health;
}
