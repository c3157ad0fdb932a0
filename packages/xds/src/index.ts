export type { Cache, LeaseHolder, TableLease, TableRequest } from "./cache/cache.ts";
export { Resource, type ResourceOptions } from "./resource/resource.ts";
export {
  RESOURCE_TYPES,
  type ResourceType,
  type ResourceTypeName,
  resourceTypeOf,
  TYPE_URLS,
} from "./resource/resource-types.ts";
export { LinearCache, type LinearCacheOptions, type LinearDraft } from "./cache/linear-cache.ts";
export { type CacheChooser, MuxCache } from "./cache/mux-cache.ts";
export type { GroupStatus, TableStatus } from "./cache/group-status.ts";
export { Snapshot, type SnapshotEdit, type SnapshotOptions } from "./cache/snapshot.ts";
export {
  type MissingResource,
  SnapshotCache,
  type SnapshotCacheOptions,
} from "./cache/snapshot-cache.ts";
export type { MissingLoader } from "./table/missing-names.ts";
export type { MutableTableOptions } from "./table/mutable-table.ts";
export type { ResourceSet } from "./table/resource-set.ts";
export type { TypeEdit } from "./table/type-state.ts";
export type { ResourceTable, TableWatch, TableWatcher } from "./table/resource-table.ts";
export type { DeltaAnswer, ResourceError, SotwAnswer } from "./wire/answer.ts";
export type { AnyAnswer, AnyRequest } from "./wire/any-message.ts";
export type { DeltaRequest } from "./wire/delta-request.ts";
export type { Locality, Node } from "./wire/node.ts";
export type { SotwRequest } from "./wire/sotw-request.ts";
export type { StatusDetail } from "./wire/status-detail.ts";
export { canonicalName } from "./subscription/resource-name.ts";
export type { InterestChange } from "./subscription/interest.ts";
export type { RefusedAnswer } from "./stream/answer-ledger.ts";
export type { StreamKind } from "./stream/dialect.ts";
export type { Debounce } from "./stream/flush-scheduler.ts";
export type { NackRetry } from "./stream/nack-backoff.ts";
export type { StreamLimits } from "./stream/stream-limits.ts";
export type { SentEvent } from "./stream/stream-observer.ts";
export type { ResourceStatus, SyncState } from "./stream/resource-status.ts";
export type { Acknowledgement, Refusal, RequestKind } from "./stream/type-machine.ts";
export type { TypeRuleOptions, TypeRuleOverrides } from "./stream/type-rules.ts";
export type { Ordering } from "./stream/xds-stream.ts";
export type {
  AnswerTransform,
  RequestEvent,
  StreamInfo,
  XdsCallbacks,
} from "./server/callbacks.ts";
export type { ClientStatus, TypeStatus, VersionAt } from "./server/client-status.ts";
export type { PollOptions, PollOutcome } from "./server/fetcher.ts";
export { XdsServer } from "./server/xds-server.ts";
export type { XdsLimits, XdsServerOptions } from "./server/xds-server-options.ts";
export {
  CanaryRollout,
  type CanaryRolloutOptions,
  type RolloutOutcome,
} from "./server/canary-rollout.ts";
export { joinCallbacks } from "./server/join-callbacks.ts";
export { createLoadMetrics } from "./load-report/load-metrics.ts";
export { createXdsMetrics } from "./server/xds-metrics.ts";
