import { type FileHandle, mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "@signalbox/base";
import { type JournalRecord, parseJournalLine } from "./journal-record.ts";

/** Where a simulated provider keeps what must outlive the process. */
export interface Journal {
  /**
   * Answers the last record of each thing that is there. Called once, first.
   *
   * @param live what is there at any later time, for when the journal is written anew
   */
  open(live: () => Iterable<JournalRecord>): Promise<readonly JournalRecord[]>;
  append(record: JournalRecord): void;
  /** Resolves when what was appended so far outlives the process (not a power failure). */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface FileJournalOptions {
  /** Made when it is missing, mode 0700. */
  readonly directory: string;
  /** A line that cannot be read; it is left out. */
  readonly onBadLine: (line: number, reason: string) => void;
}

/** A journal for a provider that lives and dies with its process. */
export const noJournal: Journal = Object.freeze({
  open: async () => [],
  append: () => {},
  flush: async () => {},
  close: async () => {},
});

const FILE_NAME = "machines.jsonl";

/** Lines that may be out of date before the file is written anew. */
const SLACK_LINES = 1_000;

/**
 * A journal of JSON lines; those of one turn are written together. When half of its lines are out
 * of date, what is still of use is written into a new file, which then takes the old one's place.
 */
export function createFileJournal(options: FileJournalOptions): Journal {
  return new FileJournal(options);
}

class FileJournal implements Journal {
  readonly #options: FileJournalOptions;
  readonly #path: string;
  #live: () => Iterable<JournalRecord> = () => [];
  #file: { readonly handle: FileHandle; lines: number; readonly useful: number } | undefined;
  #pending: string[] = [];
  #writing: Promise<void> | undefined;

  constructor(options: FileJournalOptions) {
    this.#options = options;
    this.#path = join(options.directory, FILE_NAME);
  }

  async open(live: () => Iterable<JournalRecord>): Promise<readonly JournalRecord[]> {
    const { directory, onBadLine } = this.#options;
    this.#live = live;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const records = lastOfEach(readRecords(await readOrEmpty(this.#path), onBadLine));
    await this.#rewrite(records);
    return records;
  }

  append(record: JournalRecord): void {
    this.#pending.push(toLine(record));
  }

  async flush(): Promise<void> {
    if (this.#pending.length > 0) this.#writing ??= this.#writePending();
    await this.#writing;
  }

  async close(): Promise<void> {
    if (this.#file === undefined) return;
    try {
      await this.flush();
    } finally {
      await this.#file.handle.close();
      this.#file = undefined;
    }
  }

  async #writePending(): Promise<void> {
    try {
      while (this.#pending.length > 0) {
        const batch = this.#pending;
        this.#pending = [];
        await this.#writeBatch(batch);
      }
    } finally {
      this.#writing = undefined;
    }
  }

  async #writeBatch(batch: readonly string[]): Promise<void> {
    try {
      if (this.#file === undefined) {
        throw new Problem("provider_unavailable", "the provider is closed");
      }
      if (this.#file.lines > 2 * this.#file.useful + SLACK_LINES) {
        return await this.#rewrite([...this.#live()]);
      }
      await this.#file.handle.appendFile(batch.join(""));
      this.#file.lines += batch.length;
    } catch (cause) {
      // Part of it may have been written: the empty line ends what was torn.
      this.#pending = ["\n", ...batch, ...this.#pending];
      throw new Problem("provider_unavailable", `${this.#path} cannot be written`, { cause });
    }
  }

  async #rewrite(records: readonly JournalRecord[]): Promise<void> {
    const draft = `${this.#path}.new`;
    const handle = await open(draft, "w", 0o600);
    try {
      await handle.writeFile(records.map(toLine).join(""));
      await rename(draft, this.#path);
    } catch (error) {
      await handle.close();
      throw error;
    }
    await this.#file?.handle.close();
    this.#file = { handle, lines: records.length, useful: records.length };
  }
}

/** Reads what can be read; empty lines say nothing. */
function readRecords(
  text: string,
  onBadLine: FileJournalOptions["onBadLine"],
): readonly JournalRecord[] {
  return text.split("\n").flatMap((line, index) => {
    if (line === "") return [];
    const record = parseJournalLine(line);
    if (record.ok) return [record.value];
    onBadLine(index + 1, record.error);
    return [];
  });
}

/** Only the last word on each thing, and nothing on what is gone. */
function lastOfEach(records: readonly JournalRecord[]): readonly JournalRecord[] {
  const last = new Map<string, JournalRecord>();
  for (const record of records) {
    const name = `${record.kind} ${record.key}`;
    last.delete(name);
    if (record.value !== undefined) last.set(name, record);
  }
  return [...last.values()];
}

function toLine(record: JournalRecord): string {
  return `${JSON.stringify(record)}\n`;
}

async function readOrEmpty(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}
