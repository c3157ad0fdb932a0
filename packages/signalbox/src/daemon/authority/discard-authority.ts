import { rmSync } from "node:fs";
import { type Clock, Problem, silentLog } from "@signalbox/base";
import { type Kind, openSqliteStore, type Transaction } from "@signalbox/store";
import { JOIN_TOKEN, KINDS, NODE_AUTHORITY, NODE_ENROLMENT } from "../../model/kinds.ts";
import type { DataFiles } from "../data-files.ts";

/**
 * Removes the authority, with all that it vouched for, from the store of a daemon that is stopped.
 *
 * @throws Problem `not_found` when there is none, `store_locked` while the daemon runs
 */
export async function discardAuthority(
  files: Pick<DataFiles, "store" | "authorityKey">,
  clock: Clock,
): Promise<void> {
  const store = await openSqliteStore({
    directory: files.store,
    kinds: KINDS,
    clock,
    log: silentLog,
  });
  try {
    if (store.list(NODE_AUTHORITY).items.length === 0) {
      throw new Problem("not_found", `there is no node authority in ${files.store}`);
    }
    await store.transact((tx) => {
      removeAll(tx, NODE_AUTHORITY);
      removeAll(tx, NODE_ENROLMENT);
      removeAll(tx, JOIN_TOKEN);
    });
  } finally {
    await store.close();
  }
  rmSync(files.authorityKey, { force: true });
}

function removeAll<T>(tx: Transaction, kind: Kind<T>): void {
  for (const { id } of tx.list(kind).items) tx.delete(kind, id);
}
