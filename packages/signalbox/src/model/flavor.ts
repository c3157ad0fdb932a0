export type Architecture = "x86_64" | "aarch64";

export interface FlavorGpu {
  readonly vendor: "NVIDIA" | "AMD";
  readonly model: string;
  readonly memoryGib: number;
  readonly physicalCount: number;
  readonly logicalCount: number;
}

/** What a server is made of. Sizes are exact bytes; the API's GiB and GB are views of them. */
export interface Flavor {
  readonly id: string;
  readonly name: string;
  readonly cpus: number;
  readonly cpuFamily?: string;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly architecture: Architecture;
  readonly baremetal: boolean;
  readonly pinnedOnly: boolean;
  readonly gpu?: FlavorGpu;
}
