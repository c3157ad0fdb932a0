import { type Drawing, drawingOf, OVERVIEW } from "./metric-drawing.ts";
import type { MetricPart } from "./metric-catalogue.ts";

/** A Grafana panel, as far as this dashboard uses one. */
interface Panel {
  readonly id: number;
  readonly type: "row" | "timeseries" | "stat";
  readonly title: string;
  readonly gridPos: Readonly<Record<"x" | "y" | "w" | "h", number>>;
  readonly [more: string]: unknown;
}

const WIDTH = 24;
const COLUMNS = 3;
const HEIGHT = 8;
const DATA_SOURCE = { type: "prometheus", uid: "${datasource}" };

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
