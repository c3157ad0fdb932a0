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
  const path = join(options.directory, FILE_NAME);
  let live: () => Iterable<JournalRecord> = () => [];
  let file: { readonly handle: FileHandle; lines: number; useful: number } | undefined;
  let pending: string[] = [];
  let writing: Promise<void> | undefined;

  const rewrite = async (records: readonly JournalRecord[]): Promise<void> => {
    const draft = `${path}.new`;
    const handle = await open(draft, "w", 0o600);
    try {
      await handle.writeFile(records.map(toLine).join(""));
      await rename(draft, path);
    } catch (error) {
      await handle.close();
      throw error;
    }
    await file?.handle.close();
    file = { handle, lines: records.length, useful: records.length };
  };

  const writeBatch = async (batch: readonly string[]): Promise<void> => {
    if (file === undefined) throw new Problem("provider_unavailable", "the provider is closed");
    if (file.lines > 2 * file.useful + SLACK_LINES) return rewrite([...live()]);
    await file.handle.appendFile(batch.join(""));
    file.lines += batch.length;
  };

  const writePending = async (): Promise<void> => {
    try {
      while (pending.length > 0) {
        const batch = pending;
        pending = [];
        try {
          await writeBatch(batch);
        } catch (error) {
          // Part of it may have been written: the empty line ends what was torn.
          pending = ["\n", ...batch, ...pending];
          throw new Problem("provider_unavailable", `${path} cannot be written`, { cause: error });
        }
      }
    } finally {
      writing = undefined;
    }
  };

  const flush = async (): Promise<void> => {
    if (pending.length > 0) writing ??= writePending();
    await writing;
  };

  return {
    open: async (present) => {
      live = present;
      await mkdir(options.directory, { recursive: true, mode: 0o700 });
      const records = lastOfEach(readRecords(await readOrEmpty(path), options.onBadLine));
      await rewrite(records);
      return records;
    },
    append: (record) => void pending.push(toLine(record)),
    flush,
    close: async () => {
      if (file === undefined) return;
      try {
        await flush();
      } finally {
        await file.handle.close();
        file = undefined;
      }
    },
  };
}

/** Reads what can be read; empty lines say nothing. */
export function readRecords(
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
