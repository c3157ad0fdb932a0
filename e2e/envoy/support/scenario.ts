import { type EncodedResource, resource } from "@signalbox/envoy-api";
import { loadAssignment } from "./addresses.ts";
import { edsCluster, rdsListener, routesTo } from "./http-resources.ts";
import type { Variant } from "./variant.ts";

/** What stays the same through all steps of a scenario. */
export interface Scene {
  readonly variant: Variant;
  readonly listenerPort: number;
  /** Ports of the upstreams that traffic moves between. */
  readonly upstreams: readonly [number, number];
}

/**
 * The configuration at one step: a cluster of a new name every fourth, with other settings and
 * endpoints at each, the routes to it, and a listener that is replaced every tenth. Names leave
 * for good, so that each change adds and removes.
 */
export function configurationAt(step: number, scene: Scene): readonly EncodedResource[] {
  const { variant, listenerPort, upstreams } = scene;
  const cluster = clusterAt(step);
  return [
    resource(edsCluster(cluster, variant, 1 + (step % 3))),
    resource(loadAssignment(cluster, [upstreams[step % 2] as number])),
    resource(routesTo("routes", cluster, `host-${step % 5}`)),
    resource(rdsListener("edge", listenerPort, "routes", variant, `edge-${Math.floor(step / 10)}`)),
  ];
}

export function clusterAt(step: number): string {
  return `backend-${Math.floor(step / 4)}`;
}
