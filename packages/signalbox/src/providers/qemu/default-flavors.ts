import type { Flavor } from "../../model/flavor.ts";

const GIB = 1024 ** 3;
/** Disks are counted in decimal gigabytes, memory in binary ones (compute-api §8 row 21). */
const GB = 1000 ** 3;

const COMMON = { architecture: "x86_64", baremetal: false, pinnedOnly: false } as const;

/** What a region on this host offers unless the operator says otherwise, in API order. */
export const DEFAULT_FLAVORS: readonly Flavor[] = [
  {
    ...COMMON,
    id: "5b0c0000-0000-4000-8000-000000000001",
    name: "tiny",
    cpus: 1,
    memoryBytes: 1 * GIB,
    diskBytes: 2 * GB,
  },
  {
    ...COMMON,
    id: "5b0c0000-0000-4000-8000-000000000002",
    name: "small",
    cpus: 2,
    memoryBytes: 2 * GIB,
    diskBytes: 10 * GB,
  },
  {
    ...COMMON,
    id: "5b0c0000-0000-4000-8000-000000000003",
    name: "medium",
    cpus: 4,
    memoryBytes: 4 * GIB,
    diskBytes: 20 * GB,
  },
];
