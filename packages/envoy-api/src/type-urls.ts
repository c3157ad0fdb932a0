/** What every type URL on the wire begins with. */
export const TYPE_URL_PREFIX = "type.googleapis.com/";

/** Type URLs of the eleven resource types that xDS serves (xds §1.1). */
export const typeUrls = {
  cluster: "type.googleapis.com/envoy.config.cluster.v3.Cluster",
  clusterLoadAssignment: "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment",
  lbEndpoint: "type.googleapis.com/envoy.config.endpoint.v3.LbEndpoint",
  listener: "type.googleapis.com/envoy.config.listener.v3.Listener",
  routeConfiguration: "type.googleapis.com/envoy.config.route.v3.RouteConfiguration",
  scopedRouteConfiguration: "type.googleapis.com/envoy.config.route.v3.ScopedRouteConfiguration",
  virtualHost: "type.googleapis.com/envoy.config.route.v3.VirtualHost",
  secret: "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret",
  runtime: "type.googleapis.com/envoy.service.runtime.v3.Runtime",
  typedExtensionConfig: "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig",
  rateLimitConfig: "type.googleapis.com/ratelimit.config.ratelimit.v3.RateLimitConfig",
} as const;
