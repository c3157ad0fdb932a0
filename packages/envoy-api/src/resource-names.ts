/**
 * Local name of the field in which a resource message keeps its name, by message type. Undefined
 * where it keeps none and the caller gives it: an endpoint (LEDS) is known by its place in a
 * collection.
 */
const nameFields: ReadonlyMap<string, string | undefined> = new Map([
  ["envoy.config.cluster.v3.Cluster", "name"],
  ["envoy.config.endpoint.v3.ClusterLoadAssignment", "clusterName"],
  ["envoy.config.endpoint.v3.LbEndpoint", undefined],
  ["envoy.config.listener.v3.Listener", "name"],
  ["envoy.config.route.v3.RouteConfiguration", "name"],
  ["envoy.config.route.v3.ScopedRouteConfiguration", "name"],
  ["envoy.config.route.v3.VirtualHost", "name"],
  ["envoy.extensions.transport_sockets.tls.v3.Secret", "name"],
  ["envoy.service.runtime.v3.Runtime", "name"],
  ["envoy.config.core.v3.TypedExtensionConfig", "name"],
]);

interface NamedMessage {
  readonly $typeName: string;
  readonly [field: string]: unknown;
}

/** The name that a resource message says itself; undefined where it says none. */
export function ownName(message: NamedMessage): string | undefined {
  const field = nameFields.get(message.$typeName);
  const name = field === undefined ? undefined : message[field];
  return typeof name === "string" && name !== "" ? name : undefined;
}
