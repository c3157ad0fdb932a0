import { Problem } from "@signalbox/base";
import type { RegionServices } from "../region/region-services.ts";
import type { NodeAccess } from "./node-access.ts";

/** Everything that the handlers of access to machines are given. */
export interface NodesServices extends Pick<RegionServices, "store" | "clock" | "catalogue"> {
  /** Undefined while the node API and enrolment are off. */
  readonly nodeAccess: NodeAccess | undefined;
}

/** @throws Problem `unavailable` while there is no authority */
export function requireNodeAccess({ nodeAccess }: NodesServices): NodeAccess {
  if (nodeAccess !== undefined) return nodeAccess;
  throw new Problem(
    "unavailable",
    "there is no node authority: the daemon runs with the node API and enrolment off",
  );
}
