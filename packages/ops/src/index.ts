export { createAdminApi } from "./admin/admin-api.ts";
export type { AdminApi } from "./admin/route-api.ts";
export type { AdminCall } from "./admin/admin-call.ts";
export type { AdminAccess, AdminOptions } from "./admin/admin-options.ts";
export type { AdminAnswer, AdminRequest } from "./admin/admin-request.ts";
export {
  type Authenticator,
  type AuthOutcome,
  type Credentials,
  firstOf,
} from "./auth/authenticator.ts";
export { bearerAuthenticator, type BearerToken } from "./auth/bearer-authenticator.ts";
export { certificateAuthenticator } from "./auth/certificate-authenticator.ts";
export type { ThrottleOptions } from "./auth/login-throttle.ts";
export {
  PasswordAuthenticator,
  type PasswordAuthenticatorOptions,
} from "./auth/password-authenticator.ts";
export { compareBytes } from "./compare-bytes.ts";
export type { MediaRange } from "./exposition/accept-header.ts";
export type { ExpositionFormat, Negotiated } from "./exposition/negotiate.ts";
export type { Pace } from "./exposition/paced.ts";
export {
  scrape,
  type ScrapeAnswer,
  type ScrapeRequest,
  scrapeText,
} from "./exposition/scrape.ts";
export type { HealthCheck, Probe } from "./health/health-check.ts";
export { healthJson } from "./health/health-json.ts";
export { addHealthMetrics } from "./health/health-metrics.ts";
export { HealthRegistry, type ProbeOptions, SHUTDOWN_CHECK } from "./health/health-registry.ts";
export type { CheckOutcome, HealthReport } from "./health/health-report.ts";
export {
  kubernetesText,
  type KubernetesText,
  type KubernetesTextOptions,
} from "./health/kubernetes-text.ts";
export {
  type HttpListener,
  type ListenerOptions,
  type ListenerTls,
  startListener,
} from "./http/http-listener.ts";
export { nodeHandler, type NodeHandler, type NodeHandlerOptions } from "./http/node-handler.ts";
export type { Cluster } from "./membership/cluster.ts";
export type { Member, MemberEvent, MemberState, MemberUpdate } from "./membership/member.ts";
export {
  StaticCluster,
  type StaticClusterOptions,
  type StaticMember,
} from "./membership/static-cluster.ts";
export { metricsPort } from "./metrics-port.ts";
export type { Attributes } from "./metrics/attributes.ts";
export type { CardinalityReport } from "./metrics/cardinality-report.ts";
export type { Escaping } from "./metrics/escape-name.ts";
export type { Counter, Gauge, Histogram, MeasureOptions, Summary } from "./metrics/instruments.ts";
export { type CataloguedMetric, MetricCatalogue } from "./metrics/metric-catalogue.ts";
export type { MetricDeclarations } from "./metrics/metric-declarations.ts";
export type { MetricKind } from "./metrics/metric-kind.ts";
export type {
  CounterOptions,
  HistogramOptions,
  MetricOptions,
  SpanOptions,
} from "./metrics/metric-options.ts";
export { MetricsRegistry, type MetricsRegistryOptions } from "./metrics/metrics-registry.ts";
export type { NativeOptions } from "./metrics/native-buckets.ts";
export type { SampledOptions, Samples, SampleSource } from "./metrics/sampled-metric.ts";
export type { Span } from "./metrics/span.ts";
export { createLogObserver } from "./observers/log-observer.ts";
export { noopObserver } from "./observers/noop-observer.ts";
export type { Observer } from "./observers/observer.ts";
export { addProcessMetrics, type StopProcessMetrics } from "./process/process-metrics.ts";
export { hashPassword, type PasswordHash, verifyPassword } from "./rbac/password.ts";
export {
  type PasswordRecord,
  PasswordStore,
  type PasswordStoreOptions,
} from "./rbac/password-store.ts";
export { parsePasswordText, passwordText } from "./rbac/password-text.ts";
export { DEFAULT_FACTOR, type WorkFactor } from "./rbac/work-factor.ts";
export { covers } from "./rbac/permission.ts";
export { parsePolicyRecord } from "./rbac/policy-record.ts";
export { type Decision, Policy, type PolicyRecord, type Role } from "./rbac/policy.ts";
