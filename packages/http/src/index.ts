export type { AuditEvent } from "./audit/audit-event.ts";
export { type AuditSink, noAudit } from "./audit/audit-sink.ts";
export { createFileAuditSink, type FileAuditSinkOptions } from "./audit/file-audit-sink.ts";
export type { Authenticator, Credentials, Recheck } from "./authenticator.ts";
export { assertIfMatch, etagOf } from "./etag.ts";
export {
  createHttpServer,
  type HttpServer,
  type HttpServerStats,
  type ListenOptions,
} from "./http-server.ts";
export {
  DEFAULT_LIMITS,
  type HttpServerOptions,
  type Limits,
} from "./http-server-options.ts";
export type {
  IdempotencyStart,
  IdempotencyStore,
  IdempotencyTicket,
  KeptAnswer,
} from "./idempotency/idempotency-store.ts";
export {
  createMemoryIdempotencyStore,
  type MemoryIdempotencyOptions,
} from "./idempotency/memory-idempotency-store.ts";
export { createRateLimiter, type Rate, type RateLimiter } from "./limits/rate-limiter.ts";
export {
  type AddressedObject,
  defineOperation,
  type Method,
  type Operation,
  type OperationReply,
  type OperationRequest,
  type OperationSpec,
  type ResponseSpec,
  type ServerSentEvent,
  type TraceContext,
} from "./operation.ts";
export {
  encodeCursor,
  type PageRequest,
  PAGING_QUERY,
  pageRequest,
} from "./paging.ts";
export {
  type AccessList,
  allows,
  allowsEverywhere,
  allowsSomewhere,
  grantName,
  type Grants,
  type OrganizationGrants,
  type Permission,
  type PermissionScope,
  type Principal,
  type Tenancy,
} from "./permission.ts";
export { PROBLEM_SCHEMA, type ProblemBody } from "./problems/problem-body.ts";
export type { CorsSettings } from "./steps/cors.ts";
export { parseTraceparent, type Traceparent } from "./steps/traceparent.ts";
export { matchesTags, type Tag, tagFilters } from "./tag-filter.ts";
export { hangUp } from "./transport/hang-up.ts";
export type { TlsOptions } from "./transport/node-server.ts";
export type { UpgradeRoute } from "./upgrade/upgrade-route.ts";
export type { CheckResponses } from "./validation/response-check.ts";
export {
  createSchemaCompiler,
  type SchemaCompiler,
  type Validator,
} from "./validation/schema-compiler.ts";
export { canonicalUuid, isUuid } from "./validation/uuid.ts";
export { createRequestMetrics, type RequestMetrics } from "./request-metrics.ts";
