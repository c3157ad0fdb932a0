import { stat } from "node:fs/promises";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { GrpcError, STATUS } from "@signalbox/grpc";
import type { DataSchema } from "#gen/common/common_pb.js";
import type { ReadRequest } from "#gen/machine/files_pb.js";
import { fileError } from "./file-error.ts";
import { namePath } from "./host-path.ts";
import { openRegularFile, readSome } from "./open-regular-file.ts";

const CHUNK_BYTES = 64 * 1024;

/**
 * The bytes of a regular file, to its end; files of /proc, which say that they are empty, too
 * (node-api §4.2, Read).
 *
 * @throws GrpcError NOT_FOUND, PERMISSION_DENIED, UNKNOWN
 */
export async function* readFile(
  fsRoot: string,
  request: ReadRequest,
): AsyncGenerator<MessageInitShape<typeof DataSchema>, void, undefined> {
  const { path, hostPath } = namePath(fsRoot, request.path);
  try {
    // Asked before it is opened: opening a device may do something.
    if (!(await stat(hostPath)).isFile()) {
      throw new GrpcError(STATUS.UNKNOWN, "path must be a regular file");
    }
    await using file = await openRegularFile(hostPath, { followsLinks: true });
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const length = await readSome(file.handle, chunk);
      if (length === 0) return;
      yield { bytes: chunk.subarray(0, length) };
    }
  } catch (error) {
    throw fileError(error, path);
  }
}
