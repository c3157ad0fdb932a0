import assert from "node:assert/strict";
import { test } from "node:test";
import { createLog, type LogLevel } from "@signalbox/base";
import { createLogObserver } from "./log-observer.ts";
import { noopObserver } from "./noop-observer.ts";
import type { Observer } from "./observer.ts";

function recording(level: LogLevel): { observer: Observer; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string): void => {
    const { time, ...fields } = JSON.parse(line) as Record<string, unknown>;
    assert.equal(typeof time, "string");
    lines.push(fields);
  };
  return { observer: createLogObserver(createLog({ level, destination: { write } })), lines };
}

function report(observer: Observer): void {
  const span = observer.startSpan("work", { a: 1 });
  span.setAttributes({ b: 2 });
  span.end();
  span.end();
  using failed = observer.startSpan("work");
  failed.setError(new Error("gone"));
  observer.counter("c").add(2, { k: "v" });
  observer.summary("s").observe(0.5);
  observer.gauge("g").set(1);
}

test("the records of a log observer (ops §2.2)", () => {
  const { observer, lines } = recording("debug");
  report(observer);
  const metric = { level: "debug", attrs: {}, msg: "metric" };
  assert.deepEqual(lines, [
    { level: "debug", span: "work", attrs: { a: "1" }, msg: "span.start" },
    { level: "debug", span: "work", attrs: { b: "2" }, msg: "span.attr" },
    { level: "debug", span: "work", msg: "span.end" },
    { level: "debug", span: "work", attrs: {}, msg: "span.start" },
    { ...metric, name: "c", kind: "counter", delta: 2, attrs: { k: "v" } },
    { ...metric, name: "s", kind: "histogram", value: 0.5 },
    { ...metric, name: "g", kind: "gauge", value: 1 },
    { level: "error", span: "work", error: "gone", msg: "span.end" },
  ]);
});

test("at a higher level only failures are written", () => {
  const { observer, lines } = recording("info");
  report(observer);
  assert.deepEqual(
    lines.map(({ msg }) => msg),
    ["span.end"],
  );
});

test("the observer of nobody takes everything", () => {
  report(noopObserver);
});
