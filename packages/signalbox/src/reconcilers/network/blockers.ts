import type { Reader } from "@signalbox/store";
import { SECURITY_GROUP, SERVER } from "../../model/kinds.ts";
import type { Network } from "../../model/network.ts";

/** What has to go before a network may: one phrase each, empty when nothing. */
export function networkBlockers(store: Reader, network: Network): readonly string[] {
  const index = { name: "network", value: network.metadata.id };
  const servers = store.list(SERVER, { index }).items.length;
  const groups = store.list(SECURITY_GROUP, { index }).items.length;
  return [
    ...(servers > 0 ? [`${servers} server(s)`] : []),
    ...(groups > 0 ? [`${groups} security group(s)`] : []),
    ...network.references,
  ];
}
