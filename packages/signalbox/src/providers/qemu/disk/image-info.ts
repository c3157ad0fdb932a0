import { fail, ok, type Result } from "@signalbox/base";
import type { ImageFormat } from "../../../model/image.ts";

/** What matters of `qemu-img info --output=json`. */
export interface ImageInfo {
  readonly format: ImageFormat;
  /** Size of the disk that a machine sees, in bytes. */
  readonly virtualBytes: number;
}

/**
 * Parses the report on an image that comes from outside.
 *
 * An image may name other files: a backing file, or an external data file. QEMU would open them
 * with the daemon's own rights and show their content to the guest, so such an image is refused.
 */
export function parseForeignImageInfo(report: string, format: ImageFormat): Result<ImageInfo> {
  const info = parseObject(report);
  if (info === undefined) return fail("the report of qemu-img cannot be read");
  if (info["format"] !== format) return fail(`the image is not in ${format} format`);
  const virtualBytes = info["virtual-size"];
  if (
    typeof virtualBytes !== "number" ||
    !Number.isSafeInteger(virtualBytes) ||
    virtualBytes <= 0
  ) {
    return fail("the image has no size");
  }
  for (const key of ["backing-filename", "full-backing-filename", "backing-image"]) {
    if (info[key] !== undefined)
      return fail("the image refers to a backing file; flatten it first");
  }
  if (info["encrypted"] === true) return fail("the image is encrypted");
  const details = asObject(asObject(info["format-specific"])?.["data"]);
  if (details?.["data-file"] !== undefined || details?.["data-file-raw"] === true) {
    return fail("the image keeps its data in another file");
  }
  if (details?.["corrupt"] === true) return fail("the image is marked as corrupt");
  return ok({ format, virtualBytes });
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}
