import assert from "node:assert/strict";
import { test } from "node:test";
import { anyText } from "@signalbox/testing";
import { VirtualClock } from "@signalbox/base";
import fc from "fast-check";
import { MetricsRegistry } from "../metrics/metrics-registry.ts";
import { parseExposition } from "../testing/parse-exposition.ts";
import { scrapeText } from "./scrape.ts";

const clock = new VirtualClock();
const create = (): MetricsRegistry => new MetricsRegistry({ clock });

function text(metrics: MetricsRegistry, escaping?: string): Promise<string> {
  const accept = escaping === undefined ? undefined : `text/plain;escaping=${escaping}`;
  return scrapeText(metrics, accept, { clock });
}

// biome-ignore format: a table
const VALUES: readonly [input: string, written: string][] = [
  ['"', '\\"'], ["\\", "\\\\"], ["\n", "\\n"],
  ["\t\r\u0007\b\f\v", "\t\r\u0007\b\f\v"], ["\0\u007f", "\0\u007f"],
  ["é 日本 😀 < > &", "é 日本 😀 < > &"], ["\u00a0\u200b\u2028\ufeff", "\u00a0\u200b\u2028\ufeff"],
  ["\ud800", "\ufffd"],
];

for (const [input, written] of VALUES) {
  test(`label value ${JSON.stringify(input)} is written ${JSON.stringify(written)} (ops §2.1)`, async () => {
    const metrics = create();
    metrics.gauge("g").set(1, { k: input });
    assert.equal(await text(metrics), `# TYPE g gauge\ng{k="${written}"} 1\n`);
  });
}

test("a help text gets a HELP line, escaped", async () => {
  const metrics = create();
  metrics.gauge("g", { help: 'a "quoted"\nback\\slash' }).set(1);
  assert.equal(await text(metrics), '# HELP g a "quoted"\\nback\\\\slash\n# TYPE g gauge\ng 1\n');
});

test("classic buckets add up, +Inf comes last", async () => {
  const metrics = create();
  const histogram = metrics.histogram("h_seconds", { buckets: [1, 0.1, 1, Infinity] });
  for (const value of [0.1, 0.5, 7, -1]) histogram.observe(value, { a: 1 });
  assert.equal(
    await text(metrics),
    `# TYPE h_seconds histogram
h_seconds_bucket{a="1",le="0.1"} 2
h_seconds_bucket{a="1",le="1"} 3
h_seconds_bucket{a="1",le="+Inf"} 4
h_seconds_sum{a="1"} 6.6
h_seconds_count{a="1"} 4
`,
  );
});

test("names that legacy scrapers cannot read, in each scheme (ops §4.3)", async () => {
  const metrics = create();
  metrics.summary("db.query_duration_seconds").observe(1, { k: "v" });
  metrics.gauge("g").set(1, { "a.b": "v" });
  const head = async (escaping?: string): Promise<string[]> =>
    (await text(metrics, escaping)).split("\n").filter((line) => !/_sum|TYPE g/.test(line));
  assert.deepEqual(await head("allow-utf-8"), [
    '# TYPE "db.query_duration_seconds" summary',
    '{"db.query_duration_seconds_count",k="v"} 1',
    'g{"a.b"="v"} 1',
    "",
  ]);
  assert.deepEqual(await head(), [
    "# TYPE db_query_duration_seconds summary",
    'db_query_duration_seconds_count{k="v"} 1',
    'g{a_b="v"} 1',
    "",
  ]);
  assert.deepEqual(await head("dots"), [
    "# TYPE db_dot_query__duration__seconds summary",
    'db_dot_query__duration__seconds_count{k="v"} 1',
    'g{a_dot_b="v"} 1',
    "",
  ]);
  assert.deepEqual(await head("values"), [
    "# TYPE U__db_2e_query__duration__seconds summary",
    'U__db_2e_query__duration__seconds_count{k="v"} 1',
    'g{U__a_2e_b="v"} 1',
    "",
  ]);
});

test("a metric alone in quotes", async () => {
  const metrics = create();
  metrics.gauge('a "b"').set(1);
  assert.match(await text(metrics, "allow-utf-8"), /^\{"a \\"b\\""\} 1$/m);
});

test("whatever names and values are, a parser reads them back (fuzz)", async () => {
  const word = anyText({ maxLength: 12 });
  const name = word.filter((text) => text !== "" && text.isWellFormed() && !text.startsWith("__"));
  const labels = fc.dictionary(name, word, { maxKeys: 4 });
  const value = fc.double();
  await fc.assert(
    fc.asyncProperty(name, labels, value, async (metric, attributes, number) => {
      const metrics = create();
      try {
        metrics.gauge(metric).set(number, attributes);
      } catch {
        // Two labels that are one when escaped.
        return;
      }
      const { samples } = parseExposition(await text(metrics, "allow-utf-8"));
      const [read] = samples;
      assert.ok(read !== undefined && samples.length === 1);
      assert.equal(read.name, metric);
      assert.ok(Object.is(read.value, number));
      const expected = Object.entries(attributes).map(([key, text]) => [key, text.toWellFormed()]);
      assert.deepEqual(Object.fromEntries(read.labels), Object.fromEntries(expected));
      for (const escaping of ["underscores", "dots", "values"]) {
        assert.equal(parseExposition(await text(metrics, escaping)).samples.length, 1);
      }
    }),
    { seed: 1, numRuns: 300 },
  );
});
