import type { Metrics, ProblemCode } from "@signalbox/base";
import type { EnrolmentCredential } from "./admission.ts";

/** What enrolment counts. */
export interface EnrolmentMetrics {
  answered(credential: EnrolmentCredential["type"], code: "ok" | ProblemCode): void;
  /** Somebody came too often. */
  limited(): void;
}

export function createEnrolmentMetrics(metrics: Metrics): EnrolmentMetrics {
  const answers = metrics.counter({
    name: "signalbox_enrolments_total",
    help: "Requests of machines for certificates, by what they showed and how it ended.",
    labels: ["credential", "code"],
  });
  const limited = metrics.counter({
    name: "signalbox_enrolments_limited_total",
    help: "Requests of machines for certificates that came too often to be looked at.",
  });
  return {
    answered: (credential, code) => answers.add({ credential, code }),
    limited: () => limited.add(),
  };
}
