import type { Flavor } from "../../model/flavor.ts";
import type { ImageOs } from "../../model/image.ts";
import type { ExternalNetwork } from "../../model/region.ts";
import type { BuiltinImage } from "../provider.ts";

// What a simulated region offers, id by id (compute-api §5.2).

const GIB = 2 ** 30;
const CREATED_AT_MS = 1_742_000_000_000;
const CPU_FAMILY = "Simulated CPU";

export const SIMULATED_FLAVORS: readonly Flavor[] = Object.freeze([
  {
    id: "11111111-1111-1111-1111-111111111111",
    name: "sim-standard-4",
    cpus: 4,
    cpuFamily: CPU_FAMILY,
    memoryBytes: 8 * GIB,
    diskBytes: 100 * GIB,
    architecture: "x86_64",
    baremetal: false,
    pinnedOnly: false,
  },
  {
    id: "22222222-2222-2222-2222-222222222222",
    name: "sim-gpu-8",
    cpus: 8,
    cpuFamily: CPU_FAMILY,
    memoryBytes: 16 * GIB,
    diskBytes: 200 * GIB,
    architecture: "x86_64",
    baremetal: false,
    pinnedOnly: false,
    gpu: { vendor: "NVIDIA", model: "L4", memoryGib: 16, physicalCount: 1, logicalCount: 1 },
  },
]);

const NOBLE: ImageOs = Object.freeze({
  kernel: "linux",
  family: "debian",
  distro: "ubuntu",
  version: "24.04",
  codename: "noble",
});

export const SIMULATED_IMAGES: readonly BuiltinImage[] = Object.freeze([
  {
    id: "33333333-3333-3333-3333-333333333333",
    name: "ubuntu-24.04-amd64",
    spec: {
      architecture: "x86_64",
      virtualization: "virtualized",
      os: NOBLE,
      softwareVersions: { kubernetes: "v1.31.0" },
    },
    virtualBytes: 20 * GIB,
    createdAtMs: CREATED_AT_MS,
  },
  {
    id: "44444444-4444-4444-4444-444444444444",
    name: "ubuntu-24.04-gpu-amd64",
    spec: {
      architecture: "x86_64",
      virtualization: "virtualized",
      os: NOBLE,
      gpu: { vendor: "NVIDIA", driver: "550.54.15", models: ["L4"] },
    },
    virtualBytes: 30 * GIB,
    createdAtMs: CREATED_AT_MS,
  },
]);

export const SIMULATED_EXTERNAL_NETWORKS: readonly ExternalNetwork[] = Object.freeze([
  { id: "55555555-5555-5555-5555-555555555555", name: "sim-public" },
  { id: "66666666-6666-6666-6666-666666666666", name: "sim-public-secondary" },
]);

/** Documentation addresses (RFC 5737): nothing on the Internet answers there. */
export const SIMULATED_PUBLIC_PREFIX = "198.51.100.0/24";
