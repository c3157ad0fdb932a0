import { readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { type CancelTimer, type Clock, type Log, Problem } from "@signalbox/base";
import type { Store } from "@signalbox/store";

const EVERY_MS = 5000;

export interface StoreWatermarkDeps {
  readonly store: Pick<Store, "revision">;
  readonly clock: Clock;
  readonly log: Log;
}

export interface StoreWatermark {
  /** Writes it a last time. */
  close(): Promise<void>;
}

/**
 * Remembers beside the store which revision it had, every 5 s, and refuses a store that has gone
 * back: a lost or torn write-ahead log, a store directory that was removed or replaced by an older
 * copy. SQLite takes such a store for whole, and every machine whose server it has forgotten would
 * then be removed, with its disk.
 *
 * A copy of the whole data directory has its own watermark, so restoring one is not refused.
 *
 * @throws Problem `store_corrupt`
 */
export function openStoreWatermark(path: string, deps: StoreWatermarkDeps): StoreWatermark {
  const { store, clock, log } = deps;
  let written = readWatermark(path, log);
  if (store.revision < written) throw wentBack(path, store.revision, written);

  const write = async (): Promise<void> => {
    const { revision } = store;
    if (revision === written) return;
    try {
      await writeFile(`${path}.tmp`, `${revision}\n`, { mode: 0o600, flush: true });
      await rename(`${path}.tmp`, path);
      written = revision;
    } catch (error) {
      // An older mark guards less, and a full disk has been complained about by others.
      log.debug({ err: error, path }, "the store's revision could not be noted");
    }
  };
  let isClosed = false;
  let cancel: CancelTimer = () => {};
  let writing = Promise.resolve();
  const schedule = (): void => {
    cancel = clock.after(EVERY_MS, () => {
      writing = write().then(() => {
        if (!isClosed) schedule();
      });
    });
  };
  schedule();
  return {
    close: async () => {
      isClosed = true;
      cancel();
      await writing;
      await write();
    },
  };
}

/** 0 when there is none yet, or none that can be read: then nothing is known. */
function readWatermark(path: string, log: Log): number {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      log.warn({ err: error, path }, "the store's last revision cannot be read");
    }
    return 0;
  }
  if (/^\d{1,15}\n$/.test(text)) return Number(text);
  log.warn({ path }, "the store's last revision cannot be read");
  return 0;
}

function wentBack(path: string, revision: number, written: number): Problem {
  return new Problem(
    "store_corrupt",
    `the store is at revision ${revision}, but was at ${written} before: part of it is lost, or an ` +
      "older copy was put in its place. Machines that it does not know of would be removed. Put the " +
      `right copy back, or remove ${path} to go on with this one`,
  );
}
