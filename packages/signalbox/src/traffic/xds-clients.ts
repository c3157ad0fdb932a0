import type { ClientStatus, Node } from "@signalbox/xds";
import type { LoadReport } from "./load-log.ts";
import type { RememberedRefusal } from "./refusal-log.ts";

/** Who is connected to the xDS listener, what they refused, and the load that they report. */
export interface XdsClients {
  /** One row a stream; streams that have not said who they are yet are among them. */
  connected(): readonly ClientStatus[];
  /** The group that serves a node; empty when none does. */
  groupOf(node: Node): string;
  /** Oldest first. */
  refusals(): readonly RememberedRefusal[];
  /** What the clients that are connected reported last. */
  loads(): readonly LoadReport[];
}

/** Where there is no listener, nobody is connected. */
export const NO_XDS_CLIENTS: XdsClients = Object.freeze({
  connected: () => [],
  groupOf: () => "",
  refusals: () => [],
  loads: () => [],
});
