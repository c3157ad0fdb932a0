export { describeStore } from "./describe-store.ts";
export {
  CONFORMANCE_KINDS,
  type CreateHarness,
  GADGET,
  type Gadget,
  type StoreHarness,
  WIDGET,
  type Widget,
} from "./harness.ts";
export type { HistoryOptions } from "./describe-histories.ts";
export type {
  History,
  RecordedChange,
  RecordedCommit,
  RecordedEvent,
  RecordedWatch,
} from "./history.ts";
export { recordHistory, type WorkloadOptions } from "./record-history.ts";
export { WATCH_VALIDATORS, type Validator, type WatchGuarantee } from "./validators.ts";
