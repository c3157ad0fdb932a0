import { availableParallelism, totalmem } from "node:os";
import type { HostFacts } from "../checks/host.ts";

export function readHost(): HostFacts {
  return {
    platform: process.platform,
    nodeVersion: process.versions.node,
    cpus: availableParallelism(),
    memoryBytes: totalmem(),
    availableBytes: process.availableMemory(),
  };
}
