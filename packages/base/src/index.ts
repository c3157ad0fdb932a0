export { addressKey } from "./address-key.ts";
export {
  type CertificateSubject,
  certificateSubject,
  onlyCommonName,
} from "./certificate-subject.ts";
export { Channel, type SendOutcome } from "./channel.ts";
export { type CancelTimer, type Clock, type SleepOptions, systemClock } from "./clock.ts";
export { CANCELLED, type LinkedSignal, linkSignal } from "./link-signal.ts";
export { DueHeap, type DueNode } from "./due-heap.ts";
export { formatHostPort, type HostPort, parseHostPort } from "./host-port.ts";
export { createLog, type Log, type LogLevel, type LogOptions, silentLog } from "./log.ts";
export {
  type Counter,
  type Gauge,
  type Histogram,
  type Labels,
  type Metrics,
  type MetricSamples,
  type MetricSpec,
  noMetrics,
  type SampledSpec,
} from "./metrics.ts";
export { nodeHttp } from "./node-http.ts";
export { type FieldFault, Problem, type ProblemOptions } from "./problem.ts";
export { type CatalogueRow, PROBLEM_CATALOGUE, type ProblemCode } from "./problem-catalogue.ts";
export { type Random, seededRandom, systemRandom } from "./random.ts";
export { REDACTED, redact } from "./redact.ts";
export { fail, ok, type Result } from "./result.ts";
export { VirtualClock } from "./virtual-clock.ts";
export { waitForAbort } from "./wait-for-abort.ts";
export { type AtomicWriteOptions, writeFileAtomically } from "./write-file-atomically.ts";
