import { join } from "node:path";
import { Problem } from "@signalbox/base";
import { serviceOf, type TypedService } from "@signalbox/grpc";
import { StorageService as StatfsService } from "#gen/machine/node_only_pb.js";
import { StorageService } from "#gen/storage/storage_pb.js";
import type { AgentDeps } from "./agent-deps.ts";
import { readDisks } from "./proc/disks.ts";
import { type FileSystemFacts, fileSystemFacts } from "./proc/file-system-facts.ts";

/** Disks and file systems: two services of one name in two packages. */
export function createStorageServices({ roots }: AgentDeps): readonly TypedService[] {
  return [
    serviceOf(StorageService, {
      disks: async () => ({ messages: [{ disks: await readDisks(roots) }] }),
    }),
    serviceOf(StatfsService, { statfs: ({ path }) => statfsOf(join(roots.root, path), path) }),
  ];
}

async function statfsOf(hostPath: string, path: string): Promise<FileSystemFacts> {
  if (!path.startsWith("/")) throw new Problem("invalid_request", "the path must be absolute");
  try {
    return await fileSystemFacts(hostPath);
  } catch (cause) {
    throw new Problem("not_found", `the file system of ${path} cannot be asked`, { cause });
  }
}
