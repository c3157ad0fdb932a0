import type { CataloguedMetric } from "@signalbox/ops";
import type { MetricPart } from "./metric-catalogue.ts";

/** A Grafana panel, as far as this dashboard uses one. */
interface Panel {
  readonly id: number;
  readonly type: "row" | "timeseries" | "stat";
  readonly title: string;
  readonly gridPos: Readonly<Record<"x" | "y" | "w" | "h", number>>;
  readonly [more: string]: unknown;
}

/** What a panel shows: queries by their legends. */
interface Query {
  readonly expr: string;
  readonly legend: string;
}

/** A panel without its place. */
interface Drawing {
  readonly title: string;
  readonly description: string;
  readonly unit: string;
  readonly queries: readonly Query[];
}

const WIDTH = 24;
const COLUMNS = 3;
const HEIGHT = 8;
const DATA_SOURCE = { type: "prometheus", uid: "${datasource}" };
const SELECTOR = '{instance=~"$instance"}';

/**
 * A Grafana dashboard with a row for each part of the daemon and a panel for each metric, after a
 * row of what one looks at first. Made from the catalogue, so a new metric is in it.
 */
export function dashboard(parts: readonly MetricPart[]): Readonly<Record<string, unknown>> {
  return {
    title: "Signalbox",
    uid: "signalbox",
    tags: ["signalbox"],
    editable: true,
    schemaVersion: 39,
    refresh: "30s",
    time: { from: "now-6h", to: "now" },
    templating: { list: [dataSourceVariable(), instanceVariable()] },
    panels: panelsOf(parts),
  };
}

/** Every query of the dashboard, for whoever checks them. */
export function dashboardQueries(parts: readonly MetricPart[]): readonly string[] {
  return [...OVERVIEW, ...parts.flatMap(({ metrics }) => metrics.map(drawingOf))].flatMap(
    ({ queries }) => queries.map(({ expr }) => expr),
  );
}

function dataSourceVariable(): Readonly<Record<string, unknown>> {
  return { name: "datasource", label: "Data source", type: "datasource", query: "prometheus" };
}

function instanceVariable(): Readonly<Record<string, unknown>> {
  return {
    name: "instance",
    label: "Instance",
    type: "query",
    datasource: DATA_SOURCE,
    query: "label_values(signalbox_build_info, instance)",
    refresh: 2,
    multi: true,
    includeAll: true,
  };
}

// biome-ignore format: a table
const OVERVIEW: readonly Drawing[] = [
  stat("Not ready", "Health checks that fail, as they last ran.", "short", `sum(1 - health_check_ok${SELECTOR})`),
  stat("Servers running", "Servers whose guest runs.", "short", `sum(signalbox_server_state{instance=~"$instance", state="Running"})`),
  stat("Free disk", "Space left where the data directory is.", "bytes", `min(signalbox_data_directory_free_bytes${SELECTOR})`),
  stat("Requests", "Requests to the region API a second.", "reqps", `sum(rate(http_requests_total${SELECTOR}[$__rate_interval]))`),
  stat("Failures", "Requests that were answered 5xx, a second.", "reqps", `sum(rate(http_requests_total{instance=~"$instance", status=~"5.."}[$__rate_interval]))`),
  stat("Latency", "99 % of requests took less.", "s", quantile(0.99, "http_request_duration_seconds", [])),
];

function stat(title: string, description: string, unit: string, expr: string): Drawing {
  return { title, description, unit, queries: [{ expr, legend: "" }] };
}

function panelsOf(parts: readonly MetricPart[]): readonly Panel[] {
  const panels: Panel[] = [];
  let y = 0;
  const row = (title: string, isCollapsed: boolean, drawings: readonly Drawing[]): void => {
    const type = isCollapsed ? "timeseries" : "stat";
    const columns = isCollapsed ? COLUMNS : drawings.length;
    const id = panels.length * 1000 + 1;
    const inner = drawings.map((drawing, at) =>
      panel(drawing, { at, columns, y: y + 1, type, id }),
    );
    const gridPos = { x: 0, y, w: WIDTH, h: 1 };
    // Grafana keeps the panels of a collapsed row inside of it, of an open one after it.
    panels.push({
      id,
      type: "row",
      title,
      gridPos,
      collapsed: isCollapsed,
      panels: isCollapsed ? inner : [],
    });
    if (!isCollapsed) panels.push(...inner);
    y += isCollapsed ? 1 : 1 + HEIGHT;
  };
  row("At first sight", false, OVERVIEW);
  for (const { title, metrics } of parts) row(title, true, metrics.map(drawingOf));
  return panels;
}

interface Place {
  readonly at: number;
  readonly columns: number;
  readonly y: number;
  readonly type: "timeseries" | "stat";
  /** Of the row; its panels are numbered on from there. */
  readonly id: number;
}

function panel(
  { title, description, unit, queries }: Drawing,
  { at, columns, y, type, id }: Place,
): Panel {
  const w = WIDTH / columns;
  return {
    id: id + at + 1,
    type,
    title,
    description,
    gridPos: { x: (at % columns) * w, y: y + Math.floor(at / columns) * HEIGHT, w, h: HEIGHT },
    datasource: DATA_SOURCE,
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: DATA_SOURCE,
      expr,
      legendFormat: legend,
    })),
  };
}

/** How each kind of metric is looked at: levels as they are, counters as rates, times by quantile. */
function drawingOf(metric: CataloguedMetric): Drawing {
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
