import { ProtobufReader } from "../protobuf/protobuf-reader.ts";
import type { Resource } from "../resource/resource.ts";
import type { Node } from "../wire/node.ts";

const CLUSTER = { edsClusterConfig: 3, serviceName: 2 } as const;

/**
 * Whether this client keeps an updated cluster warming until it hears of its endpoints again, even
 * when they did not change (xds §2.1 rule 16). Every Envoy does: what it remembers of endpoints
 * since 1.37 it takes only when the wait of 15 s is over (tried with 1.40, in both protocols).
 */
export function needsEndpointsAgain({ userAgentName }: Node): boolean {
  return userAgentName === "envoy";
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
