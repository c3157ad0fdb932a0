import type { Labels, Metrics } from "@signalbox/base";
import type { Server } from "../../model/server.ts";
import type { ResourceChange } from "../change-resource.ts";

/** Times how long servers take to come up. */
export interface ServerInstruments {
  /** Called with every status write. */
  observe(written: ResourceChange<Server>): void;
}

const LABELS = ["region_id", "flavor_id"] as const;
const PROVISION_BUCKETS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 3600];
const SCHEDULING_BUCKETS = [0.1, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300];

/** Both are recorded once a server: the write that sets the time is the one that counts (§7.5). */
export function createServerInstruments(metrics: Metrics): ServerInstruments {
  const provision = metrics.histogram({
    name: "signalbox_server_provision_duration_seconds",
    help: "From the creation of a server to its first running.",
    labels: LABELS,
    buckets: PROVISION_BUCKETS,
  });
  const scheduling = metrics.histogram({
    name: "signalbox_server_scheduling_duration_seconds",
    help: "From the creation of a server to the moment its machine left the queue.",
    labels: LABELS,
    buckets: SCHEDULING_BUCKETS,
  });
  return {
    observe: ({ before, after }) => {
      const { scheduledAt, provisionedAt } = after.status;
      if (before.status.scheduledAt === undefined && scheduledAt !== undefined) {
        scheduling.observe(secondsSinceCreation(after, scheduledAt), labelsOf(after));
      }
      if (before.status.provisionedAt === undefined && provisionedAt !== undefined) {
        provision.observe(secondsSinceCreation(after, provisionedAt), labelsOf(after));
      }
    },
  };
}

function secondsSinceCreation(server: Server, at: string): number {
  return Math.max(0, (Date.parse(at) - Date.parse(server.metadata.createdAt)) / 1000);
}

function labelsOf(server: Server): Labels {
  return { region_id: server.regionId, flavor_id: server.spec.flavorId };
}
