import type { CheckOutcome, HealthReport } from "./health-report.ts";

/** A report as Kubernetes' own endpoints write it. */
export interface KubernetesText {
  readonly status: 200 | 500;
  readonly body: string;
}

/** How a report is written. */
export interface KubernetesTextOptions {
  /** `livez` or `readyz`, as the last line names it. */
  readonly endpoint: string;
  readonly isVerbose: boolean;
  /** Names of the probe's checks, in the order in which they are listed. */
  readonly names: readonly string[];
  /** Names that the caller asked to leave out. */
  readonly excluded: readonly string[];
  readonly revealsReasons: boolean;
}

/**
 * The report as Kubernetes' API server writes it (ops §6.1): `ok` alone when all is well and
 * nobody asked for more, otherwise a line a check. Failures are always verbose.
 */
export function kubernetesText(
  report: HealthReport,
  { endpoint, isVerbose, names, excluded, revealsReasons }: KubernetesTextOptions,
): KubernetesText {
  const passes = report.status !== "unhealthy";
  if (passes && !isVerbose) return { status: 200, body: "ok" };
  const listed = new Set([...names, ...report.checks.keys()]);
  const lines = [...listed].map((name) => lineOf(name, report.checks.get(name), revealsReasons));
  // Without any check, one stands for the process that answers.
  if (lines.length === 0) lines.push("[+]ping ok");
  const unknown = new Set(excluded.filter((name) => !listed.has(name)));
  if (unknown.size > 0) {
    const quoted = [...unknown].map((name) => JSON.stringify(name)).join(",");
    lines.push(`warn: some health checks cannot be excluded: no matches for ${quoted}`);
  }
  lines.push(`${endpoint} check ${passes ? "passed" : "failed"}`);
  return { status: passes ? 200 : 500, body: `${lines.join("\n")}\n` };
}

/** A check that was not run is one that was excluded. */
function lineOf(name: string, outcome: CheckOutcome | undefined, revealsReasons: boolean): string {
  if (outcome === undefined) return `[+]${name} excluded: ok`;
  if (outcome.ok) return `[+]${name} ok`;
  const reason = revealsReasons ? (outcome.error ?? "") : "reason withheld";
  return outcome.severity === "fatal"
    ? `[-]${name} failed: ${reason}`
    : `[+]${name} degraded: ${reason}`;
}
