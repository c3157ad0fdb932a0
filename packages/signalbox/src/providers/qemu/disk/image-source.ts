import { constants } from "node:fs";
import { open, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Problem } from "@signalbox/base";

/** The bytes of an image as they come in. */
export interface ImageBytes {
  /** How many there will be, when the source says. */
  readonly totalBytes: number | undefined;
  readonly chunks: AsyncIterable<Uint8Array>;
}

const CHUNK_BYTES = 1024 * 1024;

/**
 * Opens `file:` and `http(s):` sources. A redirect is refused: it would lead past the list of
 * allowed sources.
 *
 * @throws Problem `unprocessable` when asking again will not help, else `provider_unavailable`
 */
export async function openImageSource(uri: string, signal: AbortSignal): Promise<ImageBytes> {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  switch (url?.protocol) {
    case "file:":
      return openFile(url, signal);
    case "http:":
    case "https:":
      return openHttp(url, signal);
    case undefined:
    default:
      throw new Problem("unprocessable", "images come from file:, http: or https: addresses");
  }
}

async function openFile(url: URL, signal: AbortSignal): Promise<ImageBytes> {
  const path = pathOf(url);
  const status = await stat(path).catch((cause: unknown) => {
    throw new Problem("unprocessable", `${path} cannot be read`, { cause });
  });
  if (!status.isFile()) throw new Problem("unprocessable", `${path} is not a regular file`);
  return { totalBytes: status.size, chunks: readChunks(path, signal) };
}

function pathOf(url: URL): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new Problem("unprocessable", "the address names no file on this host", { cause });
  }
}

/** Opened at the first look, so that whoever never looks leaves nothing open. */
async function* readChunks(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  // Not blocking: should a pipe have taken the file's place, opening it would wait for a writer.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    for (;;) {
      signal.throwIfAborted();
      const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(CHUNK_BYTES) });
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function openHttp(url: URL, signal: AbortSignal): Promise<ImageBytes> {
  const response = await fetch(url, { signal, redirect: "manual" }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw new Problem("provider_unavailable", `${url.host} cannot be reached`, { cause });
  });
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw refusal(url, response.status);
  }
  const length = Number(response.headers.get("content-length") ?? Number.NaN);
  return {
    totalBytes: Number.isSafeInteger(length) ? length : undefined,
    chunks: response.body,
  };
}

function refusal(url: URL, status: number): Problem {
  if (status >= 300 && status < 400) {
    const message = `${url.host} redirects elsewhere; give the address that it redirects to`;
    return new Problem("unprocessable", message);
  }
  const temporary = status >= 500 || status === 429 || status === 408;
  return new Problem(
    temporary ? "provider_unavailable" : "unprocessable",
    `${url.host} answered with status ${status}`,
  );
}
