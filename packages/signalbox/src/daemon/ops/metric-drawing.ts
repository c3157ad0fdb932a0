import type { CataloguedMetric } from "@signalbox/ops";

/** What a panel shows: queries by their legends. */
export interface Query {
  readonly expr: string;
  readonly legend: string;
}

/** A panel without its place. */
export interface Drawing {
  readonly title: string;
  readonly description: string;
  readonly unit: string;
  readonly queries: readonly Query[];
}

const SELECTOR = '{instance=~"$instance"}';

/** What one looks at first. */
// biome-ignore format: a table
export const OVERVIEW: readonly Drawing[] = [
  stat("Not ready", "Health checks that fail, as they last ran.", "short", `sum(1 - health_check_ok${SELECTOR})`),
  stat("Servers running", "Servers whose guest runs.", "short", `sum(signalbox_server_state{instance=~"$instance", state="Running"})`),
  stat("Free disk", "Space left where the data directory is.", "bytes", `min(signalbox_data_directory_free_bytes${SELECTOR})`),
  stat("Requests", "Requests to the region API a second.", "reqps", `sum(rate(http_requests_total${SELECTOR}[$__rate_interval]))`),
  stat("Failures", "Requests that were answered 5xx, a second.", "reqps", `sum(rate(http_requests_total{instance=~"$instance", status=~"5.."}[$__rate_interval]))`),
  stat("Latency", "99 % of requests took less.", "s", quantile(0.99, "http_request_duration_seconds", [])),
];

/** How each kind of metric is looked at: levels as they are, counters as rates, times by quantile. */
export function drawingOf(metric: CataloguedMetric): Drawing {
  const { name, help, labels } = metric;
  const unit = unitOf(metric);
  const legend = labels.map((label) => `{{${label}}}`).join(" ");
  switch (metric.kind) {
    case "gauge":
      return {
        title: name,
        description: help,
        unit,
        queries: [{ expr: summed(`${name}${SELECTOR}`, labels), legend }],
      };
    case "counter":
      return {
        title: `${name}, a second`,
        description: help,
        unit,
        queries: [{ expr: summed(`rate(${name}${SELECTOR}[$__rate_interval])`, labels), legend }],
      };
    case "histogram":
    case "summary":
      return {
        title: name,
        description: help,
        unit,
        queries: distribution(metric, legend),
      };
  }
}

function distribution({ name, kind, labels }: CataloguedMetric, legend: string): readonly Query[] {
  if (kind === "summary") {
    const rate = (suffix: string): string =>
      summed(`rate(${name}${suffix}${SELECTOR}[$__rate_interval])`, labels);
    return [{ expr: `${rate("_sum")} / ${rate("_count")}`, legend: `mean ${legend}`.trim() }];
  }
  return [0.5, 0.99].map((share) => ({
    expr: quantile(share, name, labels),
    legend: `${share * 100} % ${legend}`.trim(),
  }));
}

function quantile(share: number, name: string, labels: readonly string[]): string {
  const by = [...labels, "le"].join(", ");
  const rate = `rate(${name}_bucket${SELECTOR}[$__rate_interval])`;
  return `histogram_quantile(${share}, sum by (${by}) (${rate}))`;
}

function summed(expr: string, labels: readonly string[]): string {
  const by = ["instance", ...labels].join(", ");
  return `sum by (${by}) (${expr})`;
}

/** Grafana's name of the unit that the metric's name ends with. */
function unitOf({ name, kind }: CataloguedMetric): string {
  if (name.endsWith("_timestamp_seconds")) return "dateTimeFromNow";
  const base = name.replace(/_total$/, "");
  if (base.endsWith("_bytes")) return kind === "counter" ? "Bps" : "bytes";
  if (base.endsWith("_seconds")) return kind === "counter" ? "percentunit" : "s";
  return kind === "counter" ? "ops" : "short";
}

function stat(title: string, description: string, unit: string, expr: string): Drawing {
  return { title, description, unit, queries: [{ expr, legend: "" }] };
}
