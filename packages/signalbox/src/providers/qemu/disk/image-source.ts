import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Problem } from "@signalbox/base";

/** The bytes of an image as they come in. */
export interface ImageBytes {
  /** How many there will be, when the source says. */
  readonly totalBytes: number | undefined;
  readonly chunks: AsyncIterable<Uint8Array>;
}

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
  // Not blocking: opening a pipe would wait for a writer.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK;
  let path: string;
  try {
    path = fileURLToPath(url);
  } catch (cause) {
    throw new Problem("unprocessable", "the address names no file on this host", { cause });
  }
  const file = await open(path, flags).catch((cause: unknown) => {
    throw new Problem("unprocessable", `${path} cannot be read`, { cause });
  });
  const status = await file.stat();
  if (!status.isFile()) {
    await file.close();
    throw new Problem("unprocessable", `${path} is not a regular file`);
  }
  return {
    totalBytes: status.size,
    chunks: file.createReadStream({ signal, highWaterMark: 1024 * 1024 }),
  };
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
