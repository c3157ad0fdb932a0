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

/**
 * @param known the metric's label names by what legacy scrapers read
 * @returns the same of these labels
 * @throws Problem `invalid_request`, saying which label and why
 */
export function checkLabelNames(
  metric: string,
  kind: MetricKind,
  labels: LabelPairs,
  known: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const own = new Map<string, string>();
  for (const [name] of labels) {
    const legacy = escapeLabelName(name, "underscores");
    const holder = known.get(legacy) ?? own.get(legacy) ?? name;
    const fault = labelFault(name, kind) ?? clashFault(name, holder);
    if (fault !== undefined) {
      const text = `ops: label ${JSON.stringify(name)} of metric ${JSON.stringify(metric)} ${fault}`;
      throw new Problem("invalid_request", text);
    }
    own.set(legacy, name);
  }
  return own;
}

function labelFault(name: string, kind: MetricKind): string | undefined {
  if (name === "" || !name.isWellFormed()) return "is not a name";
  if (name.startsWith("__")) return "is reserved: it begins with two underscores";
  if (RESERVED[kind] === name) return `is reserved for a ${kind}'s own use`;
  return undefined;
}

/** Scrapers that know legacy names only would take two labels for one. */
function clashFault(name: string, holder: string): string | undefined {
  return holder === name ? undefined : `is the same as ${JSON.stringify(holder)} when escaped`;
}
