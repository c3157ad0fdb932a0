import type { MessageInitShape } from "@bufbuild/protobuf";
import type { NetDevSchema, NetworkDeviceStatsSchema } from "#gen/machine/network_pb.js";
import { countersOf } from "./counters.ts";
import { sum64, uint64 } from "./kernel-number.ts";
import { words } from "./text-lines.ts";

/** Columns of `/proc/net/dev` behind the name. */
const COLUMNS = [
  "rxBytes",
  "rxPackets",
  "rxErrors",
  "rxDropped",
  "rxFifo",
  "rxFrame",
  "rxCompressed",
  "rxMulticast",
  "txBytes",
  "txPackets",
  "txErrors",
  "txDropped",
  "txFifo",
  "txCollisions",
  "txCarrier",
  "txCompressed",
] as const satisfies readonly (keyof MessageInitShape<typeof NetDevSchema>)[];

type Counters = Record<(typeof COLUMNS)[number], bigint>;

const DEVICE = /^\s*(\S+):\s*(\d.*)$/;

/** `/proc/net/dev`, by name. The total bears all names. */
export function parseNetworkDevices(
  text: string,
): MessageInitShape<typeof NetworkDeviceStatsSchema> {
  const devices = text
    .split("\n")
    .flatMap(parseDevice)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const total = countersOf(COLUMNS, (column) => sum64(devices.map((device) => device[column])));
  const name = devices.map((device) => device.name).join(", ");
  return { total: { name, ...total }, devices };
}

function parseDevice(line: string): readonly ({ name: string } & Counters)[] {
  const [, name, rest = ""] = DEVICE.exec(line) ?? [];
  if (name === undefined) return [];
  const values = words(rest);
  return [{ name, ...countersOf(COLUMNS, (_, index) => uint64(values[index])) }];
}
