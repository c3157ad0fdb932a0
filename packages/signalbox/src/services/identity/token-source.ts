import { readFileSync, statSync } from "node:fs";
import { type Clock, type Log, Problem } from "@signalbox/base";
import { parseTokenDocument, type TokenRecord } from "./token-record.ts";

/** Looked at no more often than this, so that a storm of requests does not become one of stats. */
const LOOK_EVERY_MS = 250;

/** Where the daemon finds the tokens that hold now. */
export interface TokenSource {
  find(id: string): TokenRecord | undefined;
}

/**
 * The token file as it is now. Before a look-up the file's identity (inode, size, time) is
 * compared, at most every 250 ms, and a changed file is read again: tokens made or revoked by
 * another process hold within that time. Every writer replaces the file, so its inode changes.
 *
 * A file that has become unreadable keeps the tokens that were read last; the log says so.
 *
 * @throws Problem `config_invalid` when the file cannot be read at the start
 */
export function createTokenSource(
  path: string,
  deps: { readonly clock: Clock; readonly log: Log },
): TokenSource {
  let tokens = readTokens(path);
  let seen = identityOf(path);
  let lookedAt = deps.clock.monotonic();

  const refresh = (): void => {
    const now = deps.clock.monotonic();
    if (now - lookedAt < LOOK_EVERY_MS) return;
    lookedAt = now;
    const identity = identityOf(path);
    if (identity === seen) return;
    seen = identity;
    try {
      tokens = readTokens(path);
    } catch (error) {
      deps.log.error({ err: error, path }, "the token file cannot be used; the last tokens hold");
    }
  };
  return {
    find: (id) => {
      refresh();
      return tokens.get(id);
    },
  };
}

function readTokens(path: string): ReadonlyMap<string, TokenRecord> {
  const parsed = parseTokenDocument(readText(path));
  if (!parsed.ok) throw new Problem("config_invalid", `${path}: ${parsed.error}`);
  return new Map(parsed.value.map((token) => [token.id, token]));
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { message } = error as Error;
    throw new Problem("config_invalid", `${path}: cannot be read: ${message}`, { cause: error });
  }
}

function identityOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? "absent" : `${stats.ino}/${stats.size}/${stats.mtimeMs}`;
}
