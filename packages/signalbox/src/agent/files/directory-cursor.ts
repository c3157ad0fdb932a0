import type { Stats } from "node:fs";
import { lstat, readdir } from "node:fs/promises";

/** How many entries are looked at at a time: enough to keep the thread pool busy. */
const BATCH = 32;

const SLASH = Buffer.from("/");

/** One entry of a directory. Names are bytes: nothing says that they are UTF-8. */
export interface DirectoryEntry {
  readonly name: Buffer;
  readonly hostPath: Buffer;
  /** Of the entry itself, not of what it links to; or why there are none. */
  readonly stats: Stats | Error;
}

/** Goes through the entries of one directory in the order of their names' bytes. */
export class DirectoryCursor {
  readonly #directory: Buffer;
  readonly #names: readonly Buffer[];
  #at = 0;
  #batch: DirectoryEntry[] = [];

  private constructor(directory: Buffer, names: readonly Buffer[]) {
    this.#directory = directory;
    this.#names = names;
  }

  /** @throws what the file system says */
  static async open(directory: Buffer): Promise<DirectoryCursor> {
    const names = await readdir(directory, { encoding: "buffer" });
    return new DirectoryCursor(
      directory,
      names.sort((a, b) => a.compare(b)),
    );
  }

  async next(): Promise<DirectoryEntry | undefined> {
    if (this.#batch.length === 0) await this.#fill();
    return this.#batch.shift();
  }

  async #fill(): Promise<void> {
    const names = this.#names.slice(this.#at, this.#at + BATCH);
    this.#at += names.length;
    this.#batch = await Promise.all(names.map((name) => this.#look(name)));
  }

  async #look(name: Buffer): Promise<DirectoryEntry> {
    const hostPath = joinBytes(this.#directory, name);
    return { name, hostPath, stats: await lstat(hostPath).catch(asError) };
  }
}

/** `directory/name`, without a second slash behind the root. */
export function joinBytes(directory: Buffer, name: Buffer): Buffer {
  const isRoot = directory.length === 1 && directory[0] === SLASH[0];
  return isRoot ? Buffer.concat([SLASH, name]) : Buffer.concat([directory, SLASH, name]);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
