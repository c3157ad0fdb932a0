import type { RawService } from "@signalbox/grpc";
import type { XdsServer } from "@signalbox/xds";
import type { ClientStatusService } from "@signalbox/xds/client-status";
import type { LoadReporting } from "@signalbox/xds/load-report";
import type { LoadReportingParts } from "./create-load-reporting.ts";
import { lazyService } from "./lazy-service.ts";

export interface FurtherServicesParts extends LoadReportingParts {
  readonly xds: XdsServer;
}

/** What the listener serves beside resources. */
export interface FurtherServices {
  /** Load reports and client status: their modules are loaded by their first call. */
  readonly services: readonly RawService[];
  readonly clientStatus: () => Promise<ClientStatusService>;
  /** Ends the streams of load reports. */
  close(): Promise<void>;
}

export function createFurtherServices(parts: FurtherServicesParts): FurtherServices {
  let loads: Promise<LoadReporting> | undefined;
  let status: Promise<ClientStatusService> | undefined;
  const loadReporting = (): Promise<LoadReporting> => (loads ??= loadLoadReporting(parts));
  const clientStatus = (): Promise<ClientStatusService> => (status ??= loadClientStatus(parts));
  return {
    services: [
      lazyService({
        name: "envoy.service.load_stats.v3.LoadReportingService",
        methods: ["StreamLoadStats"],
        load: loadReporting,
      }),
      lazyService({
        name: "envoy.service.status.v3.ClientStatusDiscoveryService",
        methods: ["StreamClientStatus", "FetchClientStatus"],
        load: clientStatus,
      }),
    ],
    clientStatus,
    close: async () => (await loads)?.close(),
  };
}

async function loadLoadReporting(parts: LoadReportingParts): Promise<LoadReporting> {
  const { createLoadReporting } = await import("./create-load-reporting.ts");
  return createLoadReporting(parts);
}

async function loadClientStatus(parts: FurtherServicesParts): Promise<ClientStatusService> {
  const { xds, identity } = parts;
  const { ClientStatusService } = await import("@signalbox/xds/client-status");
  return new ClientStatusService({
    xds,
    mayRead: (asker, node) => identity.mayRead(asker, node),
  });
}
