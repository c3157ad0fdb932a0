/** The names of the types that xDS defines; other types are as welcome, by their type URL. */
export type ResourceTypeName =
  | "cluster"
  | "endpoint"
  | "localityEndpoint"
  | "listener"
  | "route"
  | "scopedRoute"
  | "virtualHost"
  | "secret"
  | "runtime"
  | "extension"
  | "rateLimit";

/** What the server must know of a type of resource (xds §1.1). */
export interface ResourceType {
  readonly name: ResourceTypeName;
  readonly typeUrl: string;
  /** Place in an ordered push: what refers comes after what is referred to (xds §2.1 rule 15). */
  readonly order: number;
  /**
   * Every state-of-the-world answer lists all that is subscribed; absence is deletion. The protocol
   * says so of clusters and listeners. Envoy reads scoped routes the same way (tried with 1.40), and
   * the rate limit service its configurations: a list of what changed would drop the others.
   */
  readonly isFullState: boolean;
  /**
   * Whether a first request without names means everything. Where it does not, Envoy's habit to
   * ask again for every type that it ever asked for would bring it all of them (xds §2.4 [R]).
   */
  readonly hasLegacyWildcard: boolean;
  /** The service that serves this type alone, and its methods; those that it lacks are undefined. */
  readonly service: string;
  readonly sotwMethod: string | undefined;
  readonly deltaMethod: string | undefined;
  readonly fetchMethod: string | undefined;
  /** Path of the REST variant. */
  readonly restPath: string | undefined;
}

const PREFIX = "type.googleapis.com/";
const SERVICE = "envoy.service.";

type Variants = "all" | "delta" | "sotw";

function row(
  order: number,
  name: ResourceTypeName,
  message: string,
  service: string,
  methodSuffix: string,
  rest: string | undefined,
  variants: Variants,
  traits: { readonly isFullState?: boolean; readonly hasLegacyWildcard?: boolean } = {},
): ResourceType {
  const { isFullState = false, hasLegacyWildcard = false } = traits;
  return Object.freeze({
    name,
    typeUrl: `${PREFIX}${message}`,
    order,
    isFullState,
    hasLegacyWildcard,
    service,
    sotwMethod: variants === "delta" ? undefined : `Stream${methodSuffix}`,
    deltaMethod: variants === "sotw" ? undefined : `Delta${methodSuffix}`,
    fetchMethod: variants === "delta" ? undefined : `Fetch${methodSuffix}`,
    restPath: rest === undefined ? undefined : `/v3/discovery:${rest}`,
  });
}

const FULL = { isFullState: true, hasLegacyWildcard: true } as const;
const WILD = { hasLegacyWildcard: true } as const;

/** THE table of the types that xDS defines, in the order of a push. */
// biome-ignore format: a table reads best with one row a line
export const RESOURCE_TYPES: readonly ResourceType[] = Object.freeze([
  row(0, "cluster", "envoy.config.cluster.v3.Cluster", `${SERVICE}cluster.v3.ClusterDiscoveryService`, "Clusters", "clusters", "all", FULL),
  row(1, "endpoint", "envoy.config.endpoint.v3.ClusterLoadAssignment", `${SERVICE}endpoint.v3.EndpointDiscoveryService`, "Endpoints", "endpoints", "all"),
  row(2, "localityEndpoint", "envoy.config.endpoint.v3.LbEndpoint", `${SERVICE}endpoint.v3.LocalityEndpointDiscoveryService`, "LocalityEndpoints", undefined, "delta"),
  row(3, "listener", "envoy.config.listener.v3.Listener", `${SERVICE}listener.v3.ListenerDiscoveryService`, "Listeners", "listeners", "all", FULL),
  row(4, "route", "envoy.config.route.v3.RouteConfiguration", `${SERVICE}route.v3.RouteDiscoveryService`, "Routes", "routes", "all"),
  row(5, "scopedRoute", "envoy.config.route.v3.ScopedRouteConfiguration", `${SERVICE}route.v3.ScopedRoutesDiscoveryService`, "ScopedRoutes", "scoped-routes", "all", FULL),
  row(6, "virtualHost", "envoy.config.route.v3.VirtualHost", `${SERVICE}route.v3.VirtualHostDiscoveryService`, "VirtualHosts", undefined, "delta", WILD),
  row(7, "secret", "envoy.extensions.transport_sockets.tls.v3.Secret", `${SERVICE}secret.v3.SecretDiscoveryService`, "Secrets", "secrets", "all"),
  row(8, "runtime", "envoy.service.runtime.v3.Runtime", `${SERVICE}runtime.v3.RuntimeDiscoveryService`, "Runtime", "runtime", "all"),
  row(9, "extension", "envoy.config.core.v3.TypedExtensionConfig", `${SERVICE}extension.v3.ExtensionConfigDiscoveryService`, "ExtensionConfigs", "extension_configs", "all"),
  row(10, "rateLimit", "ratelimit.config.ratelimit.v3.RateLimitConfig", "ratelimit.service.ratelimit.v3.RateLimitConfigDiscoveryService", "RlsConfigs", undefined, "sotw", FULL),
]);

/** Type URLs by the name of the type: `TYPE_URLS.cluster`. */
export const TYPE_URLS: Readonly<Record<ResourceTypeName, string>> = Object.freeze(
  Object.fromEntries(RESOURCE_TYPES.map(({ name, typeUrl }) => [name, typeUrl])) as Record<
    ResourceTypeName,
    string
  >,
);

interface AggregatedService {
  readonly service: string;
  readonly sotwMethod: string;
  readonly deltaMethod: string;
}

/** The service of aggregated streams, where each request names its type (xds §1.1). */
export const AGGREGATED_SERVICE: AggregatedService = Object.freeze({
  service: "envoy.service.discovery.v3.AggregatedDiscoveryService",
  sotwMethod: "StreamAggregatedResources",
  deltaMethod: "DeltaAggregatedResources",
});

const BY_TYPE_URL: ReadonlyMap<string, ResourceType> = new Map(
  RESOURCE_TYPES.map((type) => [type.typeUrl, type]),
);

/** What is known of a type; undefined for one that xDS does not define. */
export function resourceTypeOf(typeUrl: string): ResourceType | undefined {
  return BY_TYPE_URL.get(typeUrl);
}
