import assert from "node:assert/strict";
import { test } from "node:test";
import { listenProblem } from "./listen-problem.ts";

test("an address that is taken: who has it, and both ways to another one", () => {
  const taken = Object.assign(new Error("listen EADDRINUSE"), { code: "EADDRINUSE" });
  const problem = listenProblem("ops", "127.0.0.1:6081", taken);
  assert.equal(problem.code, "listen_failed");
  assert.equal(
    problem.message,
    "the ops listener cannot use 127.0.0.1:6081: another process listens there; " +
      "choose another with --listen-ops or SIGNALBOX_LISTEN_OPS",
  );
});

test("an error that we have no words for keeps its own", () => {
  assert.match(listenProblem("rest", "x:1", new Error("it broke")).message, /x:1: it broke; /);
});
