import type { MessageInitShape } from "@bufbuild/protobuf";
import type { DiskStatSchema, DiskStatsSchema } from "#gen/machine/system_pb.js";
import { countersOf } from "./counters.ts";
import { sum64, uint64 } from "./kernel-number.ts";
import { textLines, words } from "./text-lines.ts";

/** Columns of `/proc/diskstats` from the fourth on. */
const COLUMNS = [
  "readCompleted",
  "readMerged",
  "readSectors",
  "readTimeMs",
  "writeCompleted",
  "writeMerged",
  "writeSectors",
  "writeTimeMs",
  "ioInProgress",
  "ioTimeMs",
  "ioTimeWeightedMs",
  "discardCompleted",
  "discardMerged",
  "discardSectors",
  "discardTimeMs",
] as const satisfies readonly (keyof MessageInitShape<typeof DiskStatSchema>)[];

/**
 * `/proc/diskstats`: major, minor, name, then the columns. The total is the sum of all lines, so
 * that what goes through a partition counts twice (node-api §4.2).
 */
export function parseDiskStats(text: string): MessageInitShape<typeof DiskStatsSchema> {
  const devices = textLines(text)
    .map(words)
    // Kernels before 4.18 do not count what is discarded.
    .filter((line) => line.length >= 3 + COLUMNS.length)
    .map(([, , name = "", ...values]) => ({
      name,
      ...countersOf(COLUMNS, (_, index) => uint64(values[index])),
    }));
  const total = countersOf(COLUMNS, (column) => sum64(devices.map((device) => device[column])));
  return { total, devices };
}
