import type { Node } from "../wire/node.ts";

/** The API's feature list and the protocol's text spell this one differently (xds §1.4). */
const WRAPPER_FEATURES = [
  "xds.config.resource-in-sotw",
  "xds.config.supports-resource-in-sotw",
] as const;
const TIME_TO_LIVE_FEATURE = "xds.config.supports-resource-ttl";

/** Whether the client minds times to live, and so understands resources without content. */
export function keepsTimeToLive({ clientFeatures }: Node): boolean {
  return clientFeatures.has(TIME_TO_LIVE_FEATURE);
}

/**
 * Whether state-of-the-world resources may be wrapped. Clients that do not say so refuse the whole
 * answer (xds §1.4, grpc-js-xds); minding times to live implies it, since there is no other way to
 * say one.
 */
export function canBeWrapped(node: Node): boolean {
  const { clientFeatures } = node;
  return keepsTimeToLive(node) || WRAPPER_FEATURES.some((name) => clientFeatures.has(name));
}
