import { once } from "node:events";
import { isAbsolute } from "node:path";
import { type ReadEntry, Unpack } from "tar";

/** Told of each entry that is not unpacked, and why. */
export type LeftOut = (text: string) => void;

/**
 * Unpacks a .tar or .tar.gz of somebody else's below a folder, which is there and empty. Nothing is
 * written outside it: entries and links that lead out of it are left out, and so are devices and
 * pipes. Files belong to whoever calls, and none gets set-id bits.
 *
 * @throws what the archive throws, when all that came before is unpacked; Error when it is damaged
 */
export async function unpackArchive(
  archive: AsyncIterable<Uint8Array>,
  folder: string,
  leftOut: LeftOut,
): Promise<void> {
  const unpack = new Unpack({
    cwd: folder,
    preserveOwner: false,
    // What deflate makes of a sparse file is beyond the default.
    maxDecompressionRatio: Number.POSITIVE_INFINITY,
    filter: (_path, entry) => !("linkpath" in entry) || staysInside(entry, leftOut),
    onReadEntry: (entry) => {
      entry.mode = (entry.mode ?? 0o600) & 0o777;
    },
    onwarn: (code, message, { entry }) => {
      // That a name was made one below the folder leaves nothing out.
      if (code !== "TAR_ENTRY_INFO") leftOut(`${nameOf(entry)}: ${message}`);
    },
  });
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  unpack.on("end", () => resolve());
  unpack.on("error", reject);
  ended.catch(ignore);
  try {
    for await (const bytes of archive) {
      if (!unpack.write(Buffer.from(bytes))) await Promise.race([once(unpack, "drain"), ended]);
    }
  } catch (error) {
    unpack.end();
    await ended.catch(ignore);
    throw error;
  }
  unpack.end();
  await ended;
}

/** The library would make a link relative that is not, and so another one. */
function staysInside({ path, type, linkpath = "" }: ReadEntry, leftOut: LeftOut): boolean {
  if (type !== "SymbolicLink" || !isAbsolute(linkpath)) return true;
  leftOut(`${path}: is a link out of the folder, to ${linkpath}`);
  return false;
}

function nameOf(entry: unknown): string {
  const { path = "an entry" } = (entry ?? {}) as { readonly path?: string };
  return path;
}

function ignore(): void {}
