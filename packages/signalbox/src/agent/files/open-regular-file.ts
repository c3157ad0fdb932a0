import { constants, type Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { GrpcError, STATUS } from "@signalbox/grpc";

/** A file that is open for reading, until it is disposed of. */
export interface OpenFile extends AsyncDisposable {
  readonly handle: FileHandle;
  readonly stats: Stats;
}

/**
 * Opens a regular file. Without waiting: a pipe, or a file of /proc that waits for news (kmsg),
 * would hold a thread of the pool for ever.
 *
 * @throws GrpcError UNKNOWN when it is something else, or what the file system says
 */
export async function openRegularFile(
  hostPath: Buffer,
  options: { readonly followsLinks: boolean },
): Promise<OpenFile> {
  const { O_RDONLY, O_NONBLOCK, O_NOCTTY, O_NOFOLLOW } = constants;
  const noFollow = options.followsLinks ? 0 : O_NOFOLLOW;
  const handle = await open(hostPath, O_RDONLY | O_NONBLOCK | O_NOCTTY | noFollow);
  try {
    const stats = await handle.stat();
    if (stats.isFile()) {
      return { handle, stats, [Symbol.asyncDispose]: () => handle.close() };
    }
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  throw new GrpcError(STATUS.UNKNOWN, "path must be a regular file");
}

/** How many bytes were read; 0 at the end, and where a file of the kernel would wait for news. */
export async function readSome(
  handle: FileHandle,
  into: Uint8Array,
  length: number = into.length,
): Promise<number> {
  try {
    return (await handle.read(into, 0, length, null)).bytesRead;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") return 0;
    throw error;
  }
}
