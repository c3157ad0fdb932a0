import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ApiResource } from "../../resources/api-resource.ts";
import { readHealthReport } from "./health-report.ts";
import { parseMetrics, sampleValue } from "./parse-metrics.ts";
import { renderStatus, spanText } from "./render-status.ts";
import type { StatusFacts } from "./status-facts.ts";
import { composeStatus } from "./status-report.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const SCRAPE = `# HELP health_check_ok Whether.
# TYPE health_check_ok gauge
health_check_ok{check="store",severity="fatal"} 1
health_check_ok{check="disk-low",severity="degraded"} 0
health_check_changed_timestamp_seconds{check="store",severity="fatal"} ${NOW / 1000 - 3600}
health_check_changed_timestamp_seconds{check="disk-low",severity="degraded"} ${NOW / 1000 - 90}
health_draining 0
signalbox_build_info{version="1.2.3"} 1
process_start_time_seconds ${NOW / 1000 - 7500}
process_resident_memory_bytes 1.2e+08
signalbox_server_state{state="Running",region_id="a",flavor_id="x"} 2
signalbox_server_state{state="Running",region_id="a",flavor_id="y"} 1
signalbox_server_state{state="Stopped",region_id="a",flavor_id="x"} 0
store_size_bytes 57344
store_revision 12
`;
const LOW = { ok: false, error: "100 MiB are free" };
const READY = { status: "degraded", checks: { store: { ok: true }, "disk-low": LOW } };

function facts(changes: Partial<StatusFacts> = {}, ready: unknown = READY): StatusFacts {
  const samples = parseMetrics(SCRAPE);
  const health = readHealthReport(ready, samples);
  const daemon = { url: "http://127.0.0.1:6081", health, samples };
  return {
    nowMs: NOW,
    daemon,
    servers: undefined,
    images: [],
    nodes: [],
    findings: [],
    ...changes,
  };
}

/** Any resource with a status: a server or an image. */
function resource(name: string, more: Partial<NonNullable<ApiResource["status"]>>): ApiResource {
  return { metadata: { id: `id-${name}`, name }, spec: {}, status: more };
}

function condition(type: string, reason: string) {
  return { type, status: "False", reason, message: "it ended", since: "2026-11-21T11:00:00Z" };
}

test("one screen: what is well, what is not, since when, and what to look at", () => {
  const report = composeStatus(facts());
  assert.equal(
    renderStatus(report, NOW),
    `signalbox 1.2.3 at http://127.0.0.1:6081: it works, but not all is well
up for 2 h 5 min, since 2026-11-21T09:55:00Z

CHECK     STATE     SINCE
store     ok        2026-11-21T11:00:00Z
disk-low  degraded  2026-11-21T11:58:30Z

servers       3 Running
store         56 KiB, revision 12
memory        114 MiB

LOOK AT
! disk-low: 100 MiB are free (since 2026-11-21T11:58:30Z)
  -> make room: delete servers and images; no restart is needed`,
  );
});

test("the verdict is the worst of what is known", () => {
  const well = { status: "healthy", checks: { store: { ok: true } } };
  const failing = { status: "unhealthy", checks: { store: { ok: false } } };
  assert.equal(composeStatus(facts({}, well)).verdict, "well");
  assert.equal(composeStatus(facts({}, failing)).verdict, "not ready");
  assert.match(composeStatus(facts({}, failing)).troubles[0]?.what ?? "", /reason is withheld/);
  const ill = [resource("a", { conditions: [condition("Healthy", "MachineExited")] })];
  assert.equal(composeStatus(facts({ servers: ill }, well)).verdict, "degraded");
  assert.equal(composeStatus(facts({}, "no report")).verdict, "not ready");
  const gone = facts({ daemon: { unreachable: "no daemon runs on /srv" } });
  assert.equal(composeStatus(gone).verdict, "not reachable");
});

test("servers are counted as the API has them, which the metric lags behind", () => {
  const servers = ["Running", "Running", "Stopped"].map((powerState) =>
    resource(powerState, { powerState }),
  );
  const states = composeStatus(facts({ servers })).numbers.serversByState;
  assert.deepEqual(states, { Running: 2, Stopped: 1 });
  assert.equal(composeStatus(facts({ servers: [] })).numbers.serversByState, undefined);
});

test("servers: what died, what was started again, and not what is under way", () => {
  const servers = [
    resource("dead", { conditions: [condition("Healthy", "MachineExited")] }),
    resource("again", { conditions: [], exitReason: "QEMU was killed" }),
    resource("coming", { conditions: [condition("Available", "Provisioning")] }),
    resource("fine", { conditions: [] }),
  ];
  const { troubles } = composeStatus(facts({ servers }));
  assert.deepEqual(
    troubles.slice(1).map(({ what, since }) => [what, since]),
    [
      ["server dead: MachineExited: it ended", "2026-11-21T11:00:00Z"],
      ["server again was started again after its machine died: QEMU was killed", undefined],
    ],
  );
});

test("many servers that are not well are ten lines and a number", () => {
  const servers = Array.from({ length: 14 }, (_, at) => resource(`s${at}`, { exitReason: "x" }));
  const { troubles } = composeStatus(facts({ servers }));
  assert.equal(troubles.length, 12);
  assert.equal(troubles.at(-1)?.what, "4 more servers are not well");
});

test("images: which could not be made, and why", () => {
  const images = [
    resource("base", { state: "ready", conditions: [] }),
    resource("mine", { state: "failed", conditions: [condition("Available", "Errored")] }),
    resource("odd", { state: "failed" }),
    resource("coming", { state: "creating", conditions: [condition("Available", "Provisioning")] }),
  ];
  const { troubles, verdict } = composeStatus(facts({ images }));
  assert.equal(verdict, "degraded");
  assert.deepEqual(
    troubles.slice(1).map(({ what, since }) => [what, since]),
    [
      ["image mine has failed: Errored: it ended", "2026-11-21T11:00:00Z"],
      ["image odd has failed", undefined],
    ],
  );
});

test("xDS nodes: what they refuse, and why", () => {
  const node = {
    nodeId: "edge-1",
    cluster: "edge",
    streamId: 1,
    protocol: "sotw",
    peer: "127.0.0.1:1",
    openedTime: "2026-11-21T11:00:00Z",
    userAgent: "envoy",
  };
  const fine = { type: "listener", state: "synced", nameCount: 0, isWildcard: true };
  const refused = { version: "3", message: "no such cluster" };
  const nodes = [{ ...node, types: [fine, { ...fine, type: "route", refused }] }];
  const { troubles } = composeStatus(facts({ nodes }));
  assert.deepEqual(
    troubles.slice(1).map(({ what }) => what),
    ["xDS node edge-1 refuses route: no such cluster"],
  );
});

test("the doctor adds what the daemon cannot say itself", () => {
  const full = { check: "disk", verdict: "failure", found: "full", advice: "make room" } as const;
  const port = { ...full, check: "ports", found: "taken" };
  const owner = { ...full, check: "files", found: "of root" };
  const findings = [full, port, owner, { check: "host", verdict: "ok", found: "fine" } as const];
  const texts = (given: StatusFacts): readonly string[] =>
    composeStatus(given).troubles.map(({ what }) => what);
  assert.deepEqual(texts(facts({ findings })).slice(1), ["disk: full", "files: of root"]);
  const told = { status: "unhealthy", checks: { disk: { ok: false, error: "0 MiB" } } };
  assert.deepEqual(texts(facts({ findings }, told)), ["disk: 0 MiB", "files: of root"]);
  const gone = facts({ findings, daemon: { unreachable: "none" } });
  assert.deepEqual(texts(gone), ["disk: full", "ports: taken", "files: of root"]);
});

test("samples: labels with escapes, numbers of every form; other lines are left out", () => {
  const text = 'a{x="1\\"2",y="b\\\\c\\nd"} 3\nb 1e3\nc +Inf\nd NaN\n# TYPE a gauge\nnot a line\n';
  const samples = parseMetrics(text);
  assert.deepEqual(samples[0], { name: "a", labels: { x: '1"2', y: "b\\c\nd" }, value: 3 });
  assert.equal(sampleValue(samples, "b"), 1000);
  assert.equal(sampleValue(samples, "c"), Number.POSITIVE_INFINITY);
  assert.equal(samples.length, 4);
  assert.equal(sampleValue(samples, "a", { x: "other" }), undefined);
});

test("whatever a listener says, there is a status", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), fc.string(), (ready, text) => {
      const samples = parseMetrics(text);
      const health = readHealthReport(ready, samples);
      const report = composeStatus(facts({ daemon: { url: "u", health, samples } }));
      renderStatus(report, NOW);
    }),
    { seed: 6, numRuns: 200 },
  );
});

test("spans have two units at most", () => {
  assert.equal(spanText(0), "0 s");
  assert.equal(spanText(59_999), "59 s");
  assert.equal(spanText(3_600_000), "1 h");
  assert.equal(spanText(3_605_000), "1 h");
  assert.equal(spanText(93_784_000), "1 d 2 h");
});
