export type { HealthCheck, Probe } from "./health/health-check.ts";
export { healthJson } from "./health/health-json.ts";
export { HealthRegistry, type ProbeOptions, SHUTDOWN_CHECK } from "./health/health-registry.ts";
export type { CheckOutcome, HealthReport } from "./health/health-report.ts";
export {
  kubernetesText,
  type KubernetesText,
  type KubernetesTextOptions,
} from "./health/kubernetes-text.ts";
export {
  DEFAULT_ITERATIONS,
  hashPassword,
  type PasswordHash,
  verifyPassword,
} from "./rbac/password.ts";
export { covers } from "./rbac/permission.ts";
export { type Decision, Policy, type PolicyRecord, type Role } from "./rbac/policy.ts";
