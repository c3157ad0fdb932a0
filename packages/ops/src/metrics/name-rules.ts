import { Problem } from "@signalbox/base";
import type { LabelPairs } from "./attributes.ts";
import { escapeLabelName } from "./escape-name.ts";
import type { MetricKind } from "./metric-kind.ts";

/** Label names that a kind of metric writes itself (ops §4.3). */
const RESERVED: Readonly<Partial<Record<MetricKind, string>>> = {
  summary: "quantile",
  histogram: "le",
};

/**
 * Any text may name a metric; what is not a legacy name is escaped as the scraper asks.
 *
 * @throws Problem `invalid_request` for an empty name, or one that is not well-formed Unicode
 */
export function assertMetricName(name: string): void {
  if (name === "" || !name.isWellFormed()) {
    throw new Problem("invalid_request", `ops: ${JSON.stringify(name)} cannot name a metric`);
  }
}

/** @throws Problem `invalid_request`, saying which label and why */
export function assertLabelNames(metric: string, kind: MetricKind, labels: LabelPairs): void {
  const escaped = new Set<string>();
  for (const [name] of labels) {
    const fault = labelFault(name, kind) ?? clashFault(name, escaped);
    if (fault === undefined) continue;
    const text = `ops: label ${JSON.stringify(name)} of metric ${JSON.stringify(metric)} ${fault}`;
    throw new Problem("invalid_request", text);
  }
}

function labelFault(name: string, kind: MetricKind): string | undefined {
  if (name === "" || !name.isWellFormed()) return "is not a name";
  if (name.startsWith("__")) return "is reserved: it begins with two underscores";
  if (RESERVED[kind] === name) return `is reserved for a ${kind}'s own use`;
  return undefined;
}

/** Scrapers that know legacy names only would see one label twice. */
function clashFault(name: string, escaped: Set<string>): string | undefined {
  const legacy = escapeLabelName(name, "underscores");
  if (escaped.has(legacy)) return `is ${legacy} when escaped, as another label is`;
  escaped.add(legacy);
  return undefined;
}
