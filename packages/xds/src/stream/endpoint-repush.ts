import { ProtobufReader } from "../protobuf/protobuf-reader.ts";
import type { Resource } from "../resource/resource.ts";
import type { Node } from "../wire/node.ts";

/** From this version on Envoy remembers the endpoints of a cluster that it updates. */
const CACHES_ENDPOINTS_FROM = { major: 1, minor: 37 } as const;

const CLUSTER = { edsClusterConfig: 3, serviceName: 2 } as const;

/**
 * Whether this client keeps an updated cluster warming until it hears of its endpoints again, even
 * when they did not change (xds §2.1 rule 16). An Envoy that does not tell its version may.
 */
export function needsEndpointsAgain({ userAgentName, userAgentVersion }: Node): boolean {
  if (userAgentName !== "envoy") return false;
  const match = /^(\d+)\.(\d+)/.exec(userAgentVersion);
  if (match === null) return true;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  if (major !== CACHES_ENDPOINTS_FROM.major) return major < CACHES_ENDPOINTS_FROM.major;
  return minor < CACHES_ENDPOINTS_FROM.minor;
}

/** The name under which a cluster asks for its endpoints: its service name, else its own. */
export function endpointsNameOf({ name, bytes }: Resource): string {
  let serviceName = "";
  const cluster = new ProtobufReader(bytes);
  while (cluster.next()) {
    if (!cluster.isBytes(CLUSTER.edsClusterConfig)) {
      cluster.skip();
      continue;
    }
    const config = new ProtobufReader(cluster.view());
    while (config.next()) {
      if (config.isBytes(CLUSTER.serviceName)) serviceName = config.string();
      else config.skip();
    }
  }
  return serviceName === "" ? name : serviceName;
}
