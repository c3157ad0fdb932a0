import assert from "node:assert/strict";
import { test } from "node:test";
import { readPprof } from "../testing/wire-messages.ts";
import { cpuToPprof } from "./cpu-profile.ts";
import { heapToPprof, type SampledHeapNode } from "./heap-profile.ts";
import { type CallFrame, encodePprof, type PprofProfile } from "./pprof-profile.ts";

const frame = (functionName: string, lineNumber = 0) => ({
  functionName,
  scriptId: "1",
  url: "file:///app.js",
  lineNumber,
  columnNumber: 0,
});

/** Stacks by name with their values, as a reader of the format finds them. */
function stacks(profile: PprofProfile): unknown[] {
  const read = readPprof(encodePprof(profile)) as {
    string_table: string[];
    sample: { location_id: number[]; value: number[] }[];
    location: { id: number; line: { function_id: number; line: number }[] }[];
    function: { id: number; name: number; filename: number; start_line: number }[];
  };
  assert.equal(read.string_table[0], "");
  const name = (id: number): string => {
    const line = read.location.find((row) => row.id === id)?.line[0];
    const found = read.function.find((row) => row.id === line?.function_id);
    assert.equal(read.string_table[found?.filename ?? 0], "file:///app.js");
    return `${read.string_table[found?.name ?? 0]}:${line?.line}`;
  };
  return read.sample.map(({ location_id, value }) => [location_id.map(name), value]);
}

test("an independent reader finds what was written", () => {
  const cpu = { type: "cpu", unit: "nanoseconds" };
  const bytes = encodePprof({
    types: [{ type: "samples", unit: "count" }, cpu],
    samples: [{ stack: [frame("leaf", 9), frame("", 1)], values: [3, 4.9] }],
    startedAtMs: 1_700_000_000_123,
    durationMs: 1500,
    period: { of: cpu, every: 5_000_000 },
  });
  const read = readPprof(bytes) as Record<string, unknown> & { string_table: string[] };
  const at = (text: string): number => read.string_table.indexOf(text);
  assert.deepEqual(read["sample_type"], [
    { type: at("samples"), unit: at("count") },
    { type: at("cpu"), unit: at("nanoseconds") },
  ]);
  assert.deepEqual(read["period_type"], { type: at("cpu"), unit: at("nanoseconds") });
  assert.equal(read["period"], 5_000_000);
  assert.equal(read["duration_nanos"], 1_500_000_000);
  assert.ok(Math.abs(Number(read["time_nanos"]) - 1_700_000_000_123e6) < 1e6);
  assert.equal(read["default_sample_type"], at("cpu"));
  assert.deepEqual(read["sample"], [{ location_id: [1, 2], value: [3, 4] }]);
  assert.equal(at("(anonymous)") > 0, true);
});

test("V8's CPU profile: time by stack, without idle time", () => {
  const node = (id: number, functionName: string, children: number[] = []) => ({
    id,
    callFrame: frame(functionName),
    children,
  });
  const profile = cpuToPprof(
    {
      nodes: [node(1, "(root)", [2, 3]), node(2, "main", [4]), node(3, "(idle)"), node(4, "work")],
      startTime: 0,
      endTime: 60_000,
      samples: [4, 4, 3, 2],
      timeDeltas: [1000, 10_000, 20_000, 5000],
    },
    0,
  );
  assert.equal(profile.durationMs, 60);
  assert.deepEqual(stacks(profile), [
    [
      ["work:1", "main:1"],
      [2, 30_000_000],
    ],
    [["main:1"], [1, 0]],
  ]);
});

test("V8's heap profile: bytes by stack", () => {
  const node = (id: number, name: string, selfSize: number, children: SampledHeapNode[] = []) => ({
    id,
    callFrame: frame(name) satisfies CallFrame,
    selfSize,
    children,
  });
  const head = node(1, "(root)", 0, [node(2, "main", 0, [node(3, "make", 4096)])]);
  const samples = [
    { size: 2048, nodeId: 3 },
    { size: 2048, nodeId: 3 },
  ];
  const profile = heapToPprof(
    { head, samples },
    { includesCollected: true },
    { startedAtMs: 0, durationMs: 1 },
  );
  assert.equal(profile.types[1]?.type, "alloc_space");
  assert.deepEqual(stacks(profile), [
    [
      ["make:1", "main:1"],
      [2, 4096],
    ],
  ]);
});
