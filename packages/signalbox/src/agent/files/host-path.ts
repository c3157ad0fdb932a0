import { GrpcError, STATUS } from "@signalbox/grpc";

/**
 * Where a path that a caller names lies on this machine. `root` is `/` in earnest, and a recorded
 * tree in tests. Paths get a leading slash and lose trailing ones (node-api §4.2, List).
 */
export interface NamedPath {
  /** As answers spell it. */
  readonly path: string;
  /** As the file system is asked for it. */
  readonly hostPath: Buffer;
}

/** @throws GrpcError INVALID_ARGUMENT when the path cannot be one */
export function namePath(root: string, asked: string): NamedPath {
  if (asked.includes("\0")) {
    throw new GrpcError(STATUS.INVALID_ARGUMENT, "a path holds no zero bytes");
  }
  const path = `/${asked.replace(/^\/+/, "").replace(/\/+$/, "")}`;
  const prefix = root.replace(/\/+$/, "");
  return { path, hostPath: Buffer.from(prefix === "" ? path : prefix + path) };
}
