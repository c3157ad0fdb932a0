import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { type Clock, type Log, Problem, silentLog, systemClock } from "@signalbox/base";
import type { AuditEvent } from "./audit-event.ts";
import type { AuditSink } from "./audit-sink.ts";

/** Where events are kept, and how much of them. */
export interface FileAuditSinkOptions {
  /** The file that is written; older ones stand beside it as `PATH.1` (newest) to `PATH.N`. */
  readonly path: string;
  /** A file is not grown beyond this; default 64 MiB. */
  readonly maxFileBytes?: number;
  /** How many older files are kept; default 10. */
  readonly keptFiles?: number;
  /** Events that may wait to be written; more are refused. Default 10,000. */
  readonly maxQueued?: number;
  /** How long nothing is accepted after a failed write; default 1 s. */
  readonly retryMs?: number;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Told of what could not be written; default nobody. */
  readonly log?: Log;
}

interface Waiting {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (problem: Problem) => void;
}

interface OpenFile {
  readonly handle: FileHandle;
  /** Bytes up to the end of the last whole line. */
  size: number;
}

/**
 * Keeps audit events as JSON lines, mode 0600. Events that wait at the same time share one write
 * and one sync, and none is acknowledged before the sync. A line that a crash has torn is cut off
 * by a line break when the file is opened again.
 *
 * @throws the system's error when the file cannot be opened
 */
export async function createFileAuditSink(options: FileAuditSinkOptions): Promise<AuditSink> {
  const sink = new FileAuditSink(options, await openLog(options.path));
  return sink;
}

class FileAuditSink implements AuditSink {
  readonly #path: string;
  readonly #maxFileBytes: number;
  readonly #keptFiles: number;
  readonly #maxQueued: number;
  readonly #retryMs: number;
  readonly #clock: Clock;
  readonly #log: Log;
  #file: OpenFile;
  #queue: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #failedUntilMs = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(options: FileAuditSinkOptions, file: OpenFile) {
    this.#path = options.path;
    this.#maxFileBytes = options.maxFileBytes ?? 64 * 1024 * 1024;
    this.#keptFiles = options.keptFiles ?? 10;
    this.#maxQueued = options.maxQueued ?? 10_000;
    this.#retryMs = options.retryMs ?? 1_000;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLog;
    this.#file = file;
  }

  get accepting(): boolean {
    const isResting = this.#clock.monotonic() < this.#failedUntilMs;
    return !this.#closed && !isResting && this.#queue.length < this.#maxQueued;
  }

  write(event: AuditEvent): Promise<void> {
    if (this.#closed || this.#queue.length >= this.#maxQueued) return Promise.reject(lost());
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#queue.push({ line: `${JSON.stringify(event)}\n`, resolve, reject });
    this.#writing ??= this.#writeAll();
    return promise;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writing;
    await this.#file.handle.close();
  }

  async #writeAll(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      await this.#writeBatch(batch);
    }
    this.#writing = undefined;
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    const bytes = Buffer.from(batch.map(({ line }) => line).join(""));
    try {
      await this.#rotateFor(bytes.length);
      await this.#file.handle.appendFile(bytes);
      await this.#file.handle.datasync();
      this.#file.size += bytes.length;
      for (const { resolve } of batch) resolve();
    } catch (err) {
      this.#failedUntilMs = this.#clock.monotonic() + this.#retryMs;
      this.#log.error({ err, path: this.#path }, "the audit log cannot be written");
      await this.#undo();
      for (const { reject } of batch) reject(lost(err));
    }
  }

  /** A failed write may have left half a line. */
  async #undo(): Promise<void> {
    try {
      await this.#file.handle.truncate(this.#file.size);
    } catch (err) {
      this.#log.warn({ err, path: this.#path }, "half an audit event may stand in the file");
    }
  }

  async #rotateFor(bytes: number): Promise<void> {
    const { handle, size } = this.#file;
    if (size === 0 || size + bytes <= this.#maxFileBytes) return;
    await shift(this.#path, this.#keptFiles);
    const next = await openLog(this.#path);
    this.#file = next;
    await handle.close();
  }
}

function lost(cause?: unknown): Problem {
  return new Problem("unavailable", "the audit log cannot be written", { cause });
}

async function openLog(path: string): Promise<OpenFile> {
  const handle = await open(path, "a+", 0o600);
  try {
    const { size } = await handle.stat();
    if (size === 0) {
      await syncDirectory(dirname(path));
      return { handle, size };
    }
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
    if (buffer.toString() === "\n") return { handle, size };
    await handle.appendFile("\n");
    return { handle, size: size + 1 };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Makes `PATH.1` free: each older file moves up by one, the last one goes. */
async function shift(path: string, kept: number): Promise<void> {
  await rm(kept === 0 ? path : `${path}.${kept}`, { force: true });
  for (let age = kept - 1; age >= 0; age--) {
    await renameIfThere(age === 0 ? path : `${path}.${age}`, `${path}.${age + 1}`);
  }
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}

/** A new name is durable only with its directory. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
