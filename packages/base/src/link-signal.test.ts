import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { CANCELLED, linkSignal } from "./link-signal.ts";

test("a linked signal follows its parent with the parent's reason", () => {
  const parent = new AbortController();
  using linked = linkSignal(parent.signal);
  const reason = new Error("parent stopped");
  parent.abort(reason);
  assert.equal(linked.signal.reason, reason);
});

test("aborting the linked signal leaves the parent alone", () => {
  const parent = new AbortController();
  using linked = linkSignal(parent.signal);
  linked.abort();
  assert.equal(linked.signal.reason, CANCELLED);
  assert.equal(parent.signal.aborted, false);
});

test("disposing unhooks it, so that a long-lived parent keeps nothing", () => {
  const parent = new AbortController();
  for (let i = 0; i < 100; i++) {
    using linked = linkSignal(parent.signal);
    assert.equal(linked.signal.aborted, false);
  }
  assert.equal(getEventListeners(parent.signal, "abort").length, 0);
});

test("a parent that has aborted already aborts it at once", () => {
  using linked = linkSignal(AbortSignal.abort("early"));
  assert.equal(linked.signal.reason, "early");
});

test("without a parent it is a signal of its own", () => {
  using linked = linkSignal(undefined);
  assert.equal(linked.signal.aborted, false);
});
