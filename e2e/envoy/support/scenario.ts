import { type EncodedResource, resource, typeUrls } from "@signalbox/envoy-api";
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

/**
 * The way from one step to the next for an Envoy whose types arrive in any order: what is new comes
 * beside what is there, then the routes turn to it, then the old goes.
 */
export function stepsBetween(
  before: number,
  after: number,
  scene: Scene,
): readonly (readonly EncodedResource[])[] {
  const old = configurationAt(before, scene);
  const next = configurationAt(after, scene);
  const isReferredTo = ({ typeUrl }: EncodedResource): boolean =>
    typeUrl === typeUrls.cluster || typeUrl === typeUrls.clusterLoadAssignment;
  const isLeaving = (of: EncodedResource): boolean =>
    isReferredTo(of) &&
    !next.some(({ typeUrl, name }) => typeUrl === of.typeUrl && name === of.name);
  const leaving = old.filter(isLeaving);
  const added = [
    ...old.filter((of) => !isReferredTo(of)),
    ...next.filter(isReferredTo),
    ...leaving,
  ];
  return [added, [...next, ...leaving], next];
}

function clusterAt(step: number): string {
  return `backend-${Math.floor(step / 4)}`;
}
