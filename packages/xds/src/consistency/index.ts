export {
  checkConsistency,
  type ConsistencyOptions,
  type ConsistencyReport,
  type Finding,
  type FindingOf,
  type Judged,
  type Reference,
  type References,
  type ResourceId,
  type Severity,
} from "./check-consistency.ts";
export { envoyReferences } from "./envoy-references.ts";
