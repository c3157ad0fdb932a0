import { gunzip, gunzipSync, gzip } from "node:zlib";
import { fail, ok, type Result } from "@signalbox/base";

/** Why a message could not be unpacked. */
export type UnpackFault =
  | { readonly type: "too_large_unpacked" }
  | { readonly type: "corrupt"; readonly cause: unknown };

/** Below this many packed bytes, unpacking costs less than handing the work to another thread. */
const SYNC_BYTES = 1024;

/**
 * Unpacks a gzip message, at most `maxBytes` of it, so that a small message that unpacks to a huge
 * one costs no memory. Large ones are unpacked off the event loop; `done` may run before this
 * returns.
 */
export function unpack(
  packed: Buffer,
  maxBytes: number,
  done: (result: Result<Buffer, UnpackFault>) => void,
): void {
  const options = { maxOutputLength: Math.max(1, maxBytes) };
  if (packed.length > SYNC_BYTES) {
    gunzip(packed, options, (error, plain) => done(error === null ? ok(plain) : faultOf(error)));
    return;
  }
  let result: Result<Buffer, UnpackFault>;
  try {
    result = ok(gunzipSync(packed, options));
  } catch (error) {
    result = faultOf(error);
  }
  done(result);
}

/** Packs a message off the event loop. */
export function pack(plain: Uint8Array): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  gzip(plain, (error, packed) => (error === null ? resolve(packed) : reject(error)));
  return promise;
}

function faultOf(error: unknown): Result<never, UnpackFault> {
  const isTooLarge =
    error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
  return fail(isTooLarge ? { type: "too_large_unpacked" } : { type: "corrupt", cause: error });
}
