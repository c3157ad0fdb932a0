import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";
import { dashboard, dashboardQueries } from "./dashboard.ts";
import { metricCatalogue } from "./metric-catalogue.ts";

const DEPLOY = new URL("../../../../../deploy/", import.meta.url);
const parts = metricCatalogue();
const catalogue = new Map(parts.flatMap(({ metrics }) => metrics.map((row) => [row.name, row])));

interface RuleFile {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
}

/** Words of PromQL that stand where a metric could. */
const WORDS = new Set(
  "sum min max count rate increase changes predict_linear histogram_quantile and or unless by without on".split(
    " ",
  ),
);

/** Names of metrics in an expression, with the labels that it selects or groups by. */
function namesIn(expr: string): { readonly metrics: readonly string[]; readonly labels: string[] } {
  const labels: string[] = [];
  const note = (list: string): string => {
    labels.push(...list.matchAll(/([a-z_]+)(?=\s*(?:[=!,)}]|$))/g).map(([name]) => name));
    return " ";
  };
  const bare = expr
    .replaceAll(/"[^"]*"/g, '""')
    .replaceAll(/\b(?:by|on|without) \(([^)]*)\)/g, (_, list: string) => note(list))
    .replaceAll(/\{([^}]*)\}/g, (_, list: string) => note(list))
    .replaceAll(/\[[^\]]*\]/g, " ");
  const words = [...bare.matchAll(/[a-zA-Z_:][\w:]*/g)].map(([word]) => word);
  return { metrics: words.filter((word) => !WORDS.has(word)), labels };
}

/** The catalogue's name of a series: histograms write three each. */
function entryOf(name: string) {
  return catalogue.get(name) ?? catalogue.get(name.replace(/_(?:bucket|sum|count)$/, ""));
}

/** What Prometheus itself adds, and histograms; `overflow` is of any metric. */
const ALWAYS = new Set(["job", "instance", "le", "overflow", "__name__"]);

function assertKnown(expr: string): void {
  const { metrics, labels } = namesIn(expr);
  const known = new Set(ALWAYS);
  for (const name of metrics.filter((metric) => metric !== "up")) {
    const entry = entryOf(name);
    assert.ok(entry !== undefined, `${name} is not in the catalogue: ${expr}`);
    for (const label of entry.labels) known.add(label);
  }
  for (const label of labels) assert.ok(known.has(label), `no label ${label}: ${expr}`);
}

test("alert rules are about metrics and labels that the daemon has", () => {
  const text = readFileSync(new URL("prometheus/signalbox.rules.yml", DEPLOY), "utf8");
  const rules = (parse(text) as RuleFile).groups.flatMap((group) => group.rules);
  assert.ok(rules.length >= 15);
  for (const { expr } of rules) assertKnown(expr);
  assert.throws(() => assertKnown("rate(no_such_total[5m]) > 0"), /not in the catalogue/);
  assert.throws(() => assertKnown("sum by (colour) (store_revision)"), /no label colour/);
});

test("each alert rule is tested to fire", () => {
  const read = (name: string): string =>
    readFileSync(new URL(`prometheus/signalbox.rules${name}.yml`, DEPLOY), "utf8");
  const rules = (parse(read("")) as RuleFile).groups.flatMap((group) => group.rules);
  const { tests } = parse(read(".test")) as {
    readonly tests: readonly {
      readonly alert_rule_test: readonly {
        readonly alertname: string;
        readonly exp_alerts: readonly unknown[];
      }[];
    }[];
  };
  const fired = tests
    .flatMap((each) => each.alert_rule_test)
    .flatMap(({ alertname, exp_alerts }) => (exp_alerts.length > 0 ? [alertname] : []));
  assert.deepEqual([...new Set(fired)].sort(), rules.map(({ alert }) => alert).sort());
});

interface Grid {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: Readonly<Record<"x" | "y" | "w" | "h", number>>;
  readonly panels?: readonly Grid[];
}

test("the dashboard is made from the catalogue, and shows each metric once", () => {
  const made = dashboard(parts);
  const file = readFileSync(new URL("grafana/signalbox.json", DEPLOY), "utf8");
  assert.deepEqual(JSON.parse(file), made, "run scripts/generate-dashboard.ts");
  const rows = made["panels"] as readonly Grid[];
  const panels = rows.flatMap((row) => [row, ...(row.panels ?? [])]);
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length, "ids are unique");
  const titles = panels.map(({ title }) => title.replace(/, a second$/, ""));
  for (const name of catalogue.keys()) {
    assert.equal(titles.filter((title) => title === name).length, 1, name);
  }
  for (const expr of dashboardQueries(parts)) assertKnown(expr);
});

test("no two panels of a row lie on each other", () => {
  for (const { panels = [] } of dashboard(parts)["panels"] as readonly Grid[]) {
    const cells = panels.map(({ gridPos: { x, y, w } }) => `${x} ${y} ${w}`);
    assert.equal(new Set(cells).size, cells.length);
    assert.ok(panels.every(({ gridPos: { x, w } }) => x + w <= 24));
  }
});
