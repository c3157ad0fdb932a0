export { changedResource } from "./changed-resource.ts";
export { defineKind, type IndexValues, type Kind, type KindOptions } from "./kind.ts";
export type {
  Change,
  Committed,
  ListQuery,
  Page,
  Reader,
  Resource,
  Store,
  StoreStats,
  Transaction,
  Watch,
  WatchEvent,
  WatchOptions,
} from "./store.ts";
export { requireResource } from "./require-resource.ts";
export { openSqliteStore } from "./sqlite/open-sqlite-store.ts";
export type { SqliteStoreOptions } from "./sqlite/sqlite-store-options.ts";
export { waitForResource } from "./wait-for-resource.ts";
export {
  createResource,
  deleteResource,
  modifyResource,
  updateResource,
  type WriteOptions,
} from "./write-resource.ts";
export { createStoreMetrics } from "./store-metrics.ts";
