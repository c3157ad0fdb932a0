import type { Resource, Store } from "../store.ts";
import { createStoreMetrics } from "../store-metrics.ts";
import { View } from "../view/view.ts";
import { LogClient } from "./log-client.ts";
import { resourceOf } from "./log-rows.ts";
import { Retention } from "./retention.ts";
import { SqliteStore } from "./sqlite-store.ts";
import { resolveSqliteStoreOptions, type SqliteStoreOptions } from "./sqlite-store-options.ts";

/**
 * Opens the store in `directory`, or makes it, for this process alone.
 *
 * @throws Problem `store_locked` when another process holds it; `store_corrupt` when the file is
 * damaged, foreign or newer than this program (it is left as it is); `store_unavailable` or
 * `store_full` when it cannot be written.
 *
 * @example
 * ```ts
 * const store = await openSqliteStore({ directory, kinds: [SERVER], clock: systemClock, log });
 * await store.transact((tx) => tx.create(SERVER, "a", { name: "web", networkId: "n" }));
 * await store.close();
 * ```
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const settings = resolveSqliteStoreOptions(options);
  const view = new View(settings.kinds);
  const client = new LogClient();
  try {
    const { stretches, ...state } = await client.call("open", settings.directory);
    await load(client, view);
    view.apply(state.revision, []);
    const retention = new Retention(settings.retention, state.compactedRevision, stretches);
    const metrics = createStoreMetrics(settings.metrics);
    settings.log.info({ ...state, resources: view.size }, "store opened");
    return new SqliteStore({ client, view, retention, state, settings, metrics });
  } catch (error) {
    await client.terminate();
    throw error;
  }
}

/**
 * Fills the view; the next rows are on their way while these are parsed. They come as they were
 * written, and the view is several times faster to fill in order of their ids.
 */
async function load(client: LogClient, view: View): Promise<void> {
  const resources: Resource[] = [];
  let coming = client.call("loadNext");
  for (let rows = await coming; rows.length > 0; rows = await coming) {
    coming = client.call("loadNext");
    for (const row of rows) resources.push(resourceOf(row));
  }
  resources.sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const resource of resources) view.load(resource);
}
