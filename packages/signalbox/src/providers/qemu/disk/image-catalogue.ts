import { fail, ok, type Result } from "@signalbox/base";

/** Which stored file holds which image. */
export interface CatalogueEntry {
  /** `sha256:HEX` of the file's bytes. */
  readonly digest: string;
  readonly virtualBytes: number;
}

export type ImageCatalogue = ReadonlyMap<string, CatalogueEntry>;

const VERSION = 1;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

export function formatCatalogue(catalogue: ImageCatalogue): string {
  const images = Object.fromEntries(catalogue);
  return `${JSON.stringify({ version: VERSION, images }, null, 2)}\n`;
}

/** Entries that cannot be read are an error as a whole: guessing would lose images. */
export function parseCatalogue(text: string): Result<ImageCatalogue> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return fail("not JSON");
  }
  if (!isRecord(document) || document["version"] !== VERSION || !isRecord(document["images"])) {
    return fail(`not a catalogue of version ${VERSION}`);
  }
  const catalogue = new Map<string, CatalogueEntry>();
  for (const [imageId, entry] of Object.entries(document["images"])) {
    if (!isRecord(entry)) return fail(`image ${imageId} is not an object`);
    const { digest, virtualBytes } = entry;
    if (typeof digest !== "string" || !DIGEST.test(digest)) return fail(`image ${imageId}: digest`);
    if (typeof virtualBytes !== "number" || !Number.isSafeInteger(virtualBytes)) {
      return fail(`image ${imageId}: virtualBytes`);
    }
    catalogue.set(imageId, { digest, virtualBytes });
  }
  return ok(catalogue);
}

/** The name of the file that holds these bytes. */
export function imageFileName(digest: string): string {
  return `${digest.replace(":", "-")}.qcow2`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
