import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { GrpcError, STATUS } from "@signalbox/grpc";
import type { DataSchema } from "#gen/common/common_pb.js";
import type { CopyRequest } from "#gen/machine/files_pb.js";
import { archiveFiles } from "./archive-files.ts";
import { fileError } from "./file-error.ts";
import { namePath } from "./host-path.ts";

const CHUNK_BYTES = 64 * 1024;

/**
 * A file or a tree as a .tar.gz (node-api §4.2, Copy). When files had to be left out the archive is
 * whole all the same, and the call ends with an error that says how many.
 *
 * @throws GrpcError
 */
export async function* copyFiles(
  fsRoot: string,
  request: CopyRequest,
  signal: AbortSignal,
): AsyncGenerator<MessageInitShape<typeof DataSchema>, void, undefined> {
  if (!request.rootPath.startsWith("/")) {
    const text = `path is not absolute ${request.rootPath}`;
    throw new GrpcError(STATUS.INVALID_ARGUMENT, text);
  }
  const root = namePath(fsRoot, request.rootPath);
  const faults = { count: 0, first: "" };
  const archive = archiveFiles(root, (text) => {
    faults.count += 1;
    if (faults.count === 1) faults.first = text;
  });
  const gzip = createGzip({ chunkSize: CHUNK_BYTES });
  const packing = pipeline(Readable.from(archive, { objectMode: false }), gzip, { signal });
  // The reader below is told as well.
  packing.catch(ignore);
  try {
    for await (const bytes of gzip) yield { bytes };
    await packing;
  } catch (error) {
    throw fileError(error, root.path);
  } finally {
    gzip.destroy();
    // Its end is the moment at which no file is open any more.
    await packing.catch(ignore);
  }
  if (faults.count > 0) {
    const text = `${faults.count} of the files are missing or not whole, the first: ${faults.first}`;
    throw new GrpcError(STATUS.UNKNOWN, text);
  }
}

function ignore(): void {}
