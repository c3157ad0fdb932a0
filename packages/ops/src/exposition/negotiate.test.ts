import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { acceptsGzip, negotiate } from "./negotiate.ts";

const TEXT = "text/plain; version=0.0.4; charset=utf-8";
const OPEN = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const PROTO =
  "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

/** As Prometheus 2.42 sends it with native histograms on, and without. */
const NATIVE =
  "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited," +
  "application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75," +
  "text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
const PLAIN =
  "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75," +
  "text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

// biome-ignore format: a table
const ANSWERS: readonly [accept: string | undefined, contentType: string][] = [
  [undefined, TEXT], ["", TEXT], ["*/*", TEXT], ["image/png", TEXT], ["text/html, */*;q=0.1", TEXT],
  [NATIVE, PROTO], [PLAIN, OPEN],
  ["application/openmetrics-text;version=2.0.0,text/plain;q=0.1", TEXT],
  ["application/vnd.google.protobuf;proto=other;encoding=delimited,application/openmetrics-text;q=0.2", OPEN],
  ["application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text", TEXT],
  ["text/plain;q=0.1, application/openmetrics-text; version=1.0.0; q=0.2", OPEN],
  ["application/openmetrics-text;q=0", TEXT],
  ["text/plain;version=1.0.0;escaping=allow-utf-8", `${TEXT}; escaping=allow-utf-8`],
  ["application/openmetrics-text;version=1.0.0;escaping=values;q=0.9", `${OPEN}; escaping=values`],
  ["text/plain;escaping=other", TEXT],
];

for (const [accept, contentType] of ANSWERS) {
  test(`Accept ${accept} is answered with ${contentType}`, () => {
    assert.equal(negotiate(accept).contentType, contentType);
  });
}

test("names are escaped with underscores unless another scheme is asked for", () => {
  assert.equal(negotiate(PLAIN).escaping, "underscores");
  assert.equal(negotiate("text/plain;escaping=dots").escaping, "dots");
});

test("no header is too strange", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (header) => {
      assert.ok(negotiate(header).contentType.length > 0);
      assert.equal(typeof acceptsGzip(header), "boolean");
    }),
    { seed: 1 },
  );
});

test("gzip on request alone", () => {
  assert.equal(acceptsGzip("gzip"), true);
  assert.equal(acceptsGzip("deflate, GZIP;q=0.5"), true);
  assert.equal(acceptsGzip("gzip;q=0"), false);
  assert.equal(acceptsGzip("br"), false);
  assert.equal(acceptsGzip(undefined), false);
});
