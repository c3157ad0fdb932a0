import assert from "node:assert/strict";
import { test } from "node:test";
import { explainExit, lastLine } from "./exit-report.ts";

test("a guest that powered itself off is no fault", () => {
  assert.equal(explainExit({ status: 0, log: "" }), undefined);
});

const FAULTS: readonly [number | undefined, string, RegExp][] = [
  [
    0,
    "qemu-system-x86_64: terminating on signal 15 from pid 4711 (kill)",
    /signal 15 from outside/,
  ],
  [137, "", /killed from outside/],
  [undefined, "", /killed from outside/],
  [139, "", /crashed with signal 11/],
  [1, "qemu-system-x86_64: no such disk", /failed: no such disk/],
  [2, "", /failed: status 2/],
];

for (const [status, log, message] of FAULTS) {
  test(`status ${status} with ${JSON.stringify(log)}: ${message.source}`, () => {
    const fault = explainExit({ status, log });
    assert.equal(fault?.reason, "exited");
    assert.match(fault.message, message);
  });
}

test("QEMU's own words count more than the shell's", () => {
  assert.equal(
    lastLine("qemu-system-x86_64: error: failed to set MSR\nAborted\n"),
    "error: failed to set MSR",
  );
  assert.equal(lastLine("Aborted\n"), "Aborted");
  assert.equal(lastLine(""), "");
});
