import { Problem } from "@signalbox/base";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist",
  EACCES: "this user may not read it",
  EISDIR: "it is a directory",
  ENOTDIR: "a part of its path is a file, not a directory",
};

/**
 * What a file that a command was given cannot be read for.
 *
 * @param what the file, as "the token file /run/token"
 */
export function unreadableFile(what: string, error: unknown): Problem {
  const { code = "" } = error as NodeJS.ErrnoException;
  const why = REASONS[code] ?? code;
  return new Problem("invalid_request", `${what} cannot be read: ${why}`, { cause: error });
}
