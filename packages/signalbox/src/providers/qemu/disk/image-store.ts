import { chmod, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Log, Problem } from "@signalbox/base";
import type { StoredImage } from "../../provider.ts";
import { MachineFailure } from "../machine/machine-failure.ts";
import {
  type CatalogueEntry,
  formatCatalogue,
  imageFileName,
  parseCatalogue,
} from "./image-catalogue.ts";
import { hashFile } from "./hash-file.ts";
import { SerialQueue } from "./serial-queue.ts";
import { syncDirectory, writeFileAtomically } from "./write-file-atomically.ts";

/**
 * Base images, each stored once under the digest of its bytes, and which image id means which.
 * A base image is never written again: machines' disks are overlays on it.
 */
export class ImageStore {
  readonly #images: string;
  readonly #incoming: string;
  readonly #cataloguePath: string;
  readonly #log: Log;
  readonly #catalogue = new Map<string, CatalogueEntry>();
  readonly #writes = new SerialQueue();

  /** @param directory `DATA/providers/REGION` */
  constructor(directory: string, log: Log) {
    this.#images = join(directory, "images");
    this.#incoming = join(directory, "incoming");
    this.#cataloguePath = join(this.#images, "catalogue.json");
    this.#log = log;
  }

  /** Reads the catalogue and throws away what unfinished imports left behind. */
  async open(): Promise<void> {
    await rm(this.#incoming, { recursive: true, force: true });
    for (const directory of [this.#images, this.#incoming]) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
    }
    const text = await readFile(this.#cataloguePath, "utf8").catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (text === undefined) return;
    const parsed = parseCatalogue(text);
    if (!parsed.ok) {
      throw new Problem("provider_unavailable", `${this.#cataloguePath}: ${parsed.error}`);
    }
    for (const [imageId, entry] of parsed.value) this.#catalogue.set(imageId, entry);
  }

  /** A path for a file that is to become an image; `open` clears such files away. */
  incomingPath(name: string): string {
    return join(this.#incoming, name);
  }

  find(imageId: string): StoredImage | undefined {
    return this.#catalogue.get(imageId);
  }

  /**
   * Where the image's file is.
   *
   * @throws MachineFailure `image_missing`
   */
  async locate(imageId: string): Promise<CatalogueEntry & { readonly path: string }> {
    const entry = this.#catalogue.get(imageId);
    if (entry === undefined) {
      throw new MachineFailure(
        "image_missing",
        `image ${imageId} is not on this host; import it again`,
      );
    }
    const path = join(this.#images, imageFileName(entry.digest));
    try {
      await stat(path);
    } catch (cause) {
      const message = `the file of image ${imageId} is gone; delete the image and import it again`;
      throw new MachineFailure("image_missing", message, { cause });
    }
    return { ...entry, path };
  }

  /** Takes a finished file over, durably, as the image `imageId`. */
  async adopt(
    imageId: string,
    file: { readonly path: string; readonly virtualBytes: number },
    signal: AbortSignal,
  ): Promise<StoredImage> {
    await syncFile(file.path);
    const digest = `sha256:${await hashFile(file.path, signal)}`;
    const entry = { digest, virtualBytes: file.virtualBytes };
    await chmod(file.path, 0o400);
    await this.#writes.run(async () => {
      await rename(file.path, join(this.#images, imageFileName(digest)));
      await syncDirectory(this.#images);
      this.#catalogue.set(imageId, entry);
      await this.#save();
    });
    return entry;
  }

  /** Forgets an image; its file goes with `collect`. */
  async forget(imageId: string): Promise<void> {
    await this.#writes.run(async () => {
      if (this.#catalogue.delete(imageId)) await this.#save();
    });
  }

  /** Removes files that neither an image nor one of the `inUse` digests means. */
  async collect(inUse: () => ReadonlySet<string>): Promise<void> {
    await this.#writes.run(async () => {
      const digests = [...[...this.#catalogue.values()].map((entry) => entry.digest), ...inUse()];
      const kept = new Set(digests.map(imageFileName));
      for (const name of await readdir(this.#images)) {
        if (!name.startsWith("sha256-") || kept.has(name)) continue;
        this.#log.info({ file: name }, "removing an image file that nothing uses");
        await rm(join(this.#images, name), { force: true });
      }
    });
  }

  async #save(): Promise<void> {
    await writeFileAtomically(this.#cataloguePath, formatCatalogue(this.#catalogue));
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
