import { byteSize } from "../../config/byte-size.ts";
import type { Config } from "../../config/schema.ts";
import type { LoadedConfig } from "../../config/load-config.ts";
import type { Assembly, DaemonDeps } from "../assembly.ts";
import { addDaemonMetrics } from "./daemon-instruments.ts";
import { readDiskSpace } from "./disk-space.ts";
import { diskChecks } from "./health-checks.ts";
import {
  createOpsRegistries,
  type OpsRegistries,
  type OpsRegistriesDeps,
} from "./ops-registries.ts";
import { startRegularProbe } from "./regular-probe.ts";

/** The registries, with what can be known before anything is started: the process and the disk. */
export async function startMeasuring(
  { config, dataDir }: LoadedConfig,
  deps: DaemonDeps & Pick<Assembly, "parts" | "health">,
): Promise<OpsRegistries> {
  const { health, parts, version } = deps;
  const registries = createOpsRegistries({ ...deps, exemplar: await exemplarOf(config) });
  parts.add("process metrics", () => registries.close());
  const disk = () => readDiskSpace(dataDir);
  addDaemonMetrics(registries.metrics, version, disk);
  const minFreeBytes = byteSize(config.ops.minFreeDisk);
  for (const check of diskChecks(dataDir, minFreeBytes, disk)) health.register(check);
  const probe = startRegularProbe(deps);
  parts.add("regular probe", () => probe.close());
  return registries;
}

/** Where traces are made, what takes long leads to one. */
async function exemplarOf({ telemetry }: Config): Promise<OpsRegistriesDeps["exemplar"]> {
  if (telemetry.otlpEndpoint === undefined) return undefined;
  const { activeSpanExemplar } = await import("@signalbox/ops/opentelemetry");
  return activeSpanExemplar;
}
