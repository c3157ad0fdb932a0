import type { Node } from "@signalbox/xds";

/** A client of xDS that says no more than its id and its cluster. */
export function nodeOf(id: string, cluster = ""): Node {
  return {
    id,
    cluster,
    locality: { region: "", zone: "", subZone: "" },
    userAgentName: "",
    userAgentVersion: "",
    clientFeatures: new Set(),
    bytes: new Uint8Array(),
  };
}
