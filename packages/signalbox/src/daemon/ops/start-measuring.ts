import { byteSize } from "../../config/byte-size.ts";
import type { LoadedConfig } from "../../config/load-config.ts";
import type { Assembly, DaemonDeps } from "../assembly.ts";
import { addDaemonMetrics } from "./daemon-instruments.ts";
import { readDiskSpace } from "./disk-space.ts";
import { diskChecks } from "./health-checks.ts";
import { createOpsRegistries, type OpsRegistries } from "./ops-registries.ts";

/** The registries, with what can be known before anything is started: the process and the disk. */
export function startMeasuring(
  { config, dataDir }: LoadedConfig,
  deps: DaemonDeps & Pick<Assembly, "parts" | "health">,
): OpsRegistries {
  const { health, parts, version } = deps;
  const registries = createOpsRegistries(deps);
  parts.add("process metrics", () => registries.close());
  const disk = () => readDiskSpace(dataDir);
  addDaemonMetrics(registries.metrics, version, disk);
  const minFreeBytes = byteSize(config.ops.minFreeDisk) ?? 0;
  for (const check of diskChecks(dataDir, minFreeBytes, disk)) health.register(check);
  return registries;
}
