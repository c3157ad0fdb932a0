import assert from "node:assert/strict";
import { test } from "node:test";
import { healthJson } from "./health-json.ts";
import { type CheckOutcome, type HealthReport, reportOf } from "./health-report.ts";
import { kubernetesText, type KubernetesTextOptions } from "./kubernetes-text.ts";

function report(outcomes: Readonly<Record<string, string | undefined>>): HealthReport {
  const checks = Object.entries(outcomes).map(([name, error]): [string, CheckOutcome] => [
    name,
    { ok: error === undefined, error, severity: "fatal", sinceMs: 0 },
  ]);
  return reportOf(new Map(checks));
}

test("health JSON vectors (ops §1)", () => {
  assert.equal(healthJson(report({}), true), '{"status":"healthy","checks":{}}\n');
  assert.equal(
    healthJson(report({ queue: "down", db: undefined }), true),
    '{"status":"unhealthy","checks":{"db":{"ok":true},"queue":{"ok":false,"error":"down"}}}\n',
  );
  assert.match(
    healthJson(report({ "a<b>&": 'x<y> & "q"' }), true),
    /"a\\u003cb\\u003e\\u0026":\{"ok":false,"error":"x\\u003cy\\u003e \\u0026 \\"q\\""\}/,
  );
  // Go writes U+2028 and U+2029 as escapes, and what is no Unicode as U+FFFD.
  assert.match(
    healthJson(report({ é: "\u2028\u2029\u0001\ud800 日本" }), true),
    /"é":\{"ok":false,"error":"\\u2028\\u2029\\u0001\ufffd 日本"\}/,
  );
});

test("anonymous callers do not read reasons", () => {
  assert.equal(
    healthJson(report({ db: "password wrong" }), false),
    '{"status":"unhealthy","checks":{"db":{"ok":false}}}\n',
  );
});

test("names keep their code point order, whatever an object would make of them", () => {
  const text = healthJson(report({ b: undefined, "2": undefined, "10": undefined }), true);
  assert.equal(
    text,
    '{"status":"healthy","checks":{"10":{"ok":true},"2":{"ok":true},"b":{"ok":true}}}\n',
  );
});

const PLAIN: KubernetesTextOptions = {
  endpoint: "readyz",
  isVerbose: false,
  names: ["ping", "etcd"],
  excluded: [],
  revealsReasons: false,
};

test("Kubernetes text: all is well", () => {
  const good = report({ ping: undefined, etcd: undefined });
  assert.deepEqual(kubernetesText(good, PLAIN), { status: 200, body: "ok" });
  assert.deepEqual(kubernetesText(good, { ...PLAIN, isVerbose: true }), {
    status: 200,
    body: "[+]ping ok\n[+]etcd ok\nreadyz check passed\n",
  });
});

test("Kubernetes text: a failure is verbose, and withholds its reason", () => {
  const bad = report({ ping: undefined, etcd: "no leader" });
  assert.deepEqual(kubernetesText(bad, PLAIN), {
    status: 500,
    body: "[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed\n",
  });
  assert.match(
    kubernetesText(bad, { ...PLAIN, revealsReasons: true }).body,
    /^\[-\]etcd failed: no leader$/m,
  );
});

test("Kubernetes text: exclusions, known and unknown", () => {
  const options = { ...PLAIN, isVerbose: true, excluded: ["etcd", "x", "y", "x"] };
  assert.deepEqual(kubernetesText(report({ ping: undefined }), options), {
    status: 200,
    body:
      "[+]ping ok\n[+]etcd excluded: ok\n" +
      'warn: some health checks cannot be excluded: no matches for "x","y"\n' +
      "readyz check passed\n",
  });
});

test("Kubernetes text: without checks, one stands for the process", () => {
  const { body } = kubernetesText(report({}), { ...PLAIN, names: [], isVerbose: true });
  assert.equal(body, "[+]ping ok\nreadyz check passed\n");
});
