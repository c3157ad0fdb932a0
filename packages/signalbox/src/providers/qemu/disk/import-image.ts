import { rm } from "node:fs/promises";
import { type Clock, Problem, type Random } from "@signalbox/base";
import type { ImageImport, StoredImage } from "../../provider.ts";
import { downloadImage } from "./download-image.ts";
import type { ImageStore } from "./image-store.ts";
import { findForeignReference, readQcow2Header } from "./qcow2-header.ts";
import type { QemuImg } from "./qemu-img.ts";

export interface ImportLimits {
  /** Bytes that are fetched. */
  readonly maxBytes: number;
  /** Size of the disk inside. */
  readonly maxVirtualBytes: number;
  readonly idleTimeoutMs: number;
}

export interface ImportParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly images: ImageStore;
  readonly qemuImg: QemuImg;
  readonly limits: ImportLimits;
}

/** Fetching is most of the work, as far as the progress goes. */
const FETCHED_PERCENT = 80;

/**
 * Fetches an image, checks it, rewrites it as a plain qcow2 image and stores it. Rewriting leaves
 * behind whatever else a foreign image may carry: internal snapshots, bitmaps, odd features.
 */
export async function importImage(
  { imageId, uri, sha256, format, onProgress }: ImageImport,
  { clock, random, images, qemuImg, limits }: ImportParts,
  signal: AbortSignal,
): Promise<StoredImage> {
  const fetched = images.incomingPath(random.uuid());
  const converted = images.incomingPath(random.uuid());
  try {
    const digest = await downloadImage({
      uri,
      target: fetched,
      clock,
      signal,
      maxBytes: limits.maxBytes,
      idleTimeoutMs: limits.idleTimeoutMs,
      onProgress: (percent) => onProgress((percent * FETCHED_PERCENT) / 100),
    });
    if (sha256 !== undefined && digest !== sha256.toLowerCase()) {
      throw new Problem("unprocessable", `the bytes at ${uri} have the SHA-256 ${digest}`);
    }
    await refuseReferences(fetched, format);
    const { virtualBytes } = await qemuImg.inspectForeign(fetched, format, signal);
    if (virtualBytes > limits.maxVirtualBytes) {
      const message = `a disk of ${virtualBytes} bytes is larger than the ${limits.maxVirtualBytes} allowed here`;
      throw new Problem("unprocessable", message);
    }
    await refuseDamage(fetched, format, qemuImg, signal);
    onProgress(FETCHED_PERCENT);
    await qemuImg.convert({ source: fetched, format, target: converted }, signal);
    const stored = await images.adopt(imageId, { path: converted, virtualBytes }, signal);
    onProgress(100);
    return stored;
  } finally {
    await rm(fetched, { force: true });
    await rm(converted, { force: true });
  }
}

/** Before any program looks at it. */
async function refuseReferences(path: string, format: ImageImport["format"]): Promise<void> {
  if (format !== "qcow2") return;
  const fault = findForeignReference(await readQcow2Header(path));
  if (fault !== undefined) throw new Problem("unprocessable", fault);
}

async function refuseDamage(
  path: string,
  format: ImageImport["format"],
  qemuImg: QemuImg,
  signal: AbortSignal,
): Promise<void> {
  if (format !== "qcow2") return;
  const damage = await qemuImg.findDamage(path, signal);
  if (damage !== undefined) {
    throw new Problem("unprocessable", "the image is damaged", { cause: new Error(damage) });
  }
}
