import type { Gauge, Metrics } from "@signalbox/base";
import type { Region, RegionCatalogue } from "../../model/region.ts";
import type { Server } from "../../model/server.ts";

/** Counts servers by state, region and flavor (compute-api §7.5). */
export interface ServerGauge {
  report(servers: Iterable<Server>): void;
}

interface Group {
  readonly labels: Readonly<Record<(typeof LABELS)[number], string>>;
  count: number;
}

const LABELS = ["state", "region_id", "region_name", "flavor_id", "flavor_name"] as const;

export function createServerGauge(metrics: Metrics, catalogue: RegionCatalogue): ServerGauge {
  const gauge: Gauge = metrics.gauge({
    name: "signalbox_server_state",
    help: "Servers by power state.",
    labels: LABELS,
  });
  let reported = new Map<string, Group>();
  return {
    report: (servers) => {
      const groups = count(servers, catalogue);
      for (const [key, { labels }] of reported) if (!groups.has(key)) gauge.set(0, labels);
      for (const { labels, count } of groups.values()) gauge.set(count, labels);
      reported = groups;
    },
  };
}

function count(servers: Iterable<Server>, catalogue: RegionCatalogue): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const server of servers) {
    const state = server.status.powerState ?? "Unknown";
    const key = `${state}/${server.regionId}/${server.spec.flavorId}`;
    const group = groups.get(key);
    if (group !== undefined) group.count++;
    else groups.set(key, { count: 1, labels: labelsOf(server, state, catalogue) });
  }
  return groups;
}

function labelsOf(server: Server, state: string, catalogue: RegionCatalogue): Group["labels"] {
  const region: Region | undefined = catalogue.regions.get(server.regionId);
  const { flavorId } = server.spec;
  const flavor = server.allocation?.flavor ?? region?.flavors.find(({ id }) => id === flavorId);
  return {
    state,
    region_id: server.regionId,
    region_name: region?.name ?? "",
    flavor_id: flavorId,
    flavor_name: flavor?.name ?? "",
  };
}
