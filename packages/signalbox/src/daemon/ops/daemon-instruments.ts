import type { Metrics } from "@signalbox/base";
import type { DiskSpace } from "./disk-space.ts";

/** Declares what the daemon reports of itself and of where it keeps its data. */
export function addDaemonMetrics(
  metrics: Metrics,
  version: string,
  disk: () => DiskSpace | undefined,
): void {
  metrics.sampled(
    {
      name: "signalbox_build_info",
      help: "Version of the daemon, as a label.",
      labels: ["version"],
    },
    () => [[1, { version }]],
  );
  const space = (name: string, help: string, read: (space: DiskSpace) => number): void =>
    metrics.sampled({ name, help }, () => {
      const found = disk();
      return found === undefined ? [] : read(found);
    });
  space(
    "signalbox_data_directory_free_bytes",
    "Space that the daemon may still use on the file system of its data directory.",
    ({ freeBytes }) => freeBytes,
  );
  space(
    "signalbox_data_directory_size_bytes",
    "Size of the file system of the data directory.",
    ({ totalBytes }) => totalBytes,
  );
}
