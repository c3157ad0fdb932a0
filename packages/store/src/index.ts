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
