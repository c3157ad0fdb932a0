import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { type Clock, linkSignal, Problem } from "@signalbox/base";
import { toMachineFailure } from "../machine/machine-failure.ts";
import { openImageSource } from "./image-source.ts";

export interface Download {
  readonly uri: string;
  readonly target: string;
  readonly maxBytes: number;
  /** Less than 64 KiB in this time ends it: a source that only drips would hold its place for ever. */
  readonly idleTimeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** 0 to 100, as far as the source says how long it is. */
  readonly onProgress: (percent: number) => void;
}

/** What has to come within the idle timeout, unless it is the end. */
const LEAST_BYTES = 64 * 1024;

/**
 * Copies an image to `target` and answers the SHA-256 of its bytes.
 *
 * @throws Problem `unprocessable` (too large), `provider_unavailable` (the source fell silent, or nearly so)
 */
export async function downloadImage(download: Download): Promise<string> {
  const { uri, target, maxBytes, signal, onProgress } = download;
  using idle = startIdleWatch(download);
  try {
    const source = await openImageSource(uri, idle.signal);
    if ((source.totalBytes ?? 0) > maxBytes) throw tooLarge(maxBytes);
    const file = await open(target, "w", 0o600);
    try {
      const hash = createHash("sha256");
      let bytes = 0;
      for await (const chunk of source.chunks) {
        idle.received(chunk.length);
        bytes += chunk.length;
        if (bytes > maxBytes) throw tooLarge(maxBytes);
        hash.update(chunk);
        await file.writeFile(chunk);
        if (source.totalBytes) onProgress(Math.min(100, (bytes / source.totalBytes) * 100));
      }
      return hash.digest("hex");
    } finally {
      await file.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Problem || toMachineFailure(error) !== undefined) throw error;
    const why = idle.signal.aborted ? "sent nothing, or too little, for too long" : "broke off";
    throw new Problem("provider_unavailable", `the image's source ${why}`, { cause: error });
  }
}

/** A signal that follows the caller's, and fires when too little was `received` for long. */
function startIdleWatch({ signal, clock, idleTimeoutMs }: Download) {
  const linked = linkSignal(signal);
  const start = () => clock.after(idleTimeoutMs, () => linked.abort());
  let cancel = start();
  let missing = LEAST_BYTES;
  return {
    signal: linked.signal,
    received: (bytes: number): void => {
      missing -= bytes;
      if (missing > 0) return;
      missing = LEAST_BYTES;
      cancel();
      cancel = start();
    },
    [Symbol.dispose]: (): void => {
      cancel();
      // Ends a transfer that is not read to its end.
      linked.abort();
      linked[Symbol.dispose]();
    },
  };
}

function tooLarge(maxBytes: number): Problem {
  return new Problem(
    "unprocessable",
    `the image is larger than the ${maxBytes} bytes allowed here`,
  );
}
