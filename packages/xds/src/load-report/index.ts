export type { ClusterStats } from "@signalbox/envoy-api/envoy/config/endpoint/v3/load_report_pb.js";
export {
  type LoadLimits,
  LoadReporting,
  type LoadReportingOptions,
  type LoadStreamInfo,
} from "./load-reporting.ts";
export type { LoadPolicy } from "./load-policy.ts";
