import { constants, copyFileSync, existsSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type Clock, Problem, silentLog } from "@signalbox/base";
import { openSqliteStore } from "@signalbox/store";
import type { DataFiles } from "../../daemon/data-files.ts";
import { type ReferencedIds, referencedIds } from "../../daemon/lost-declarations.ts";
import { KINDS } from "../../model/kinds.ts";
import type { StoreFacts } from "../checks/store.ts";
import { findLockHolder } from "./lock-holders.ts";
import { readText } from "./read-text.ts";

const MIB = 1024 ** 2;
/** Above this a copy takes long, and the daemon's start reads it through anyway. */
const MAX_COPY_BYTES = 512 * MIB;

/** The store's file. */
export function storeFile({ store }: Pick<DataFiles, "store">): string {
  return join(store, "store.db");
}

/**
 * Reads a store through without touching it: a copy is opened as the daemon would open it. One that
 * a process holds is looked at from outside.
 */
export async function readStore(
  files: Pick<DataFiles, "store" | "storeRevision">,
  clock: Clock,
): Promise<StoreFacts> {
  const file = storeFile(files);
  const parts = [file, `${file}-wal`].filter((path) => existsSync(path));
  if (!parts.includes(file)) return { is: "absent" };
  const bytes = parts.reduce((sum, path) => sum + statSync(path).size, 0);
  if (findLockHolder(file) !== undefined) return { is: "held", bytes };
  if (bytes > MAX_COPY_BYTES) return { is: "unread", reason: "it is larger than 512 MiB" };
  const directory = await mkdtemp(join(tmpdir(), "signalbox-doctor-"));
  try {
    for (const path of parts) {
      copyFileSync(path, join(directory, basename(path)), constants.COPYFILE_FICLONE);
    }
    // A daemon that started meanwhile has written while it was copied.
    if (findLockHolder(file) !== undefined) return { is: "held", bytes };
    const read = await readThrough(directory, clock);
    return { is: "whole", bytes, ...read, notedRevision: notedRevision(files.storeRevision) };
  } catch (error) {
    return explain(error, directory, files.store);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function readThrough(
  directory: string,
  clock: Clock,
): Promise<{ readonly revision: number; readonly referenced: ReferencedIds }> {
  const store = await openSqliteStore({ directory, kinds: KINDS, clock, log: silentLog });
  try {
    return { revision: store.revision, referenced: referencedIds(store) };
  } finally {
    await store.close();
  }
}

/** 0 where nothing can be read, as the daemon takes it. */
function notedRevision(path: string): number {
  const text = readText(path) ?? "";
  return /^\d{1,15}\n$/.test(text) ? Number(text) : 0;
}

function explain(error: unknown, copy: string, store: string): StoreFacts {
  const reason = (error as Error).message.replaceAll(copy, store);
  if (Problem.is(error, "store_corrupt")) return { is: "broken", reason };
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC")
    return { is: "unread", reason: `there is no room for a copy in ${tmpdir()}` };
  return { is: "unread", reason };
}
