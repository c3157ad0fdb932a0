import type { ProblemCode } from "@signalbox/base";
import type { LogFailure } from "./log-messages.ts";

/** A fault that the log's own checks found; thrown inside the thread, see `describeFault`. */
export class LogFault extends Error {
  override readonly name = "LogFault";
  readonly code: ProblemCode;

  constructor(code: ProblemCode, message: string) {
    super(message);
    this.code = code;
  }
}

// Primary result codes of SQLite, https://www.sqlite.org/rescode.html
const BUSY = 5;
const READONLY = 8;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/** Turns whatever the file, SQLite or the system threw into what a person can act on. */
export function describeFault(error: unknown, file: string): LogFailure {
  const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (error instanceof LogFault) return { code: error.code, message: error.message, cause };
  const [code, message] = isSqliteError(error)
    ? sqliteFault(error.errcode & 0xff, error.errstr, file)
    : systemFault(error, file);
  return { code, message, cause };
}

export function foreignFile(file: string): LogFault {
  return new LogFault(
    "store_corrupt",
    `${file} is not a store of Signalbox; move it away or choose another data directory`,
  );
}

export function damagedFile(file: string, detail: string): LogFault {
  return new LogFault("store_corrupt", damagedMessage(file, detail));
}

function damagedMessage(file: string, detail: string): string {
  return `${file} is damaged (${detail}); nothing was changed: put a backup in its place`;
}

function sqliteFault(result: number, text: string, file: string): [ProblemCode, string] {
  switch (result) {
    case BUSY:
      return ["store_locked", `another process holds ${file}; stop it or choose another directory`];
    case FULL:
      return ["store_full", `the disk that holds ${file} is full; free some space`];
    case READONLY:
    case CANTOPEN:
      return ["store_unavailable", `${file} cannot be written; check its owner and mode`];
    case CORRUPT:
      return ["store_corrupt", damagedMessage(file, text)];
    case NOTADB:
      return ["store_corrupt", foreignFile(file).message];
    default:
      return ["store_unavailable", `${file} cannot be used (${text})`];
  }
}

function systemFault(error: unknown, file: string): [ProblemCode, string] {
  const code = (error as Partial<NodeJS.ErrnoException> | undefined)?.code;
  switch (code) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return ["store_unavailable", `${file} cannot be written (${code}); check its owner and mode`];
    case "ENOSPC":
    case "EDQUOT":
      return ["store_full", `the disk that holds ${file} is full; free some space`];
    case "ENOTDIR":
    case "EEXIST":
      return ["store_unavailable", `${file} cannot be made: a part of its path is no directory`];
    default:
      return ["store_unavailable", `${file} cannot be used`];
  }
}

interface SqliteError extends Error {
  readonly errcode: number;
  readonly errstr: string;
}

function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && "errcode" in error && "errstr" in error;
}
