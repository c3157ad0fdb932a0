import assert from "node:assert/strict";
import { test } from "node:test";
import { createBodyBudget } from "./body-budget.ts";

const of = (bytes: number) => ({ "content-length": String(bytes) });
const CHUNKED = { "transfer-encoding": "chunked" };

const create = () =>
  createBodyBudget({ bodyBytes: 100, callerBodyBytes: 150, bodyBytesInFlight: 300 });

test("one caller has its share, all together have theirs", () => {
  const budget = create();
  assert.equal(budget.acquire("a", of(100)), true);
  assert.equal(budget.acquire("a", of(51)), false);
  assert.equal(budget.acquire("a", of(50)), true);
  assert.equal(budget.acquire("b", of(100)), true);
  assert.equal(budget.acquire("c", of(51)), false);
  assert.equal(budget.acquire("c", {}), true, "no body, no share");
  budget.release("a", of(100));
  assert.equal(budget.acquire("c", of(51)), true);
});

test("a body of unknown length counts as the largest, one that is too large as no more", () => {
  const budget = create();
  assert.equal(budget.acquire("a", of(50)), true);
  assert.equal(budget.acquire("a", CHUNKED), true);
  assert.equal(budget.acquire("a", of(1)), false);
  budget.release("a", CHUNKED);
  assert.equal(budget.acquire("a", of(1_000_000)), true);
  assert.equal(budget.acquire("a", of(1)), false);
});

test("whoever holds nothing may bring one body, and what is given back is all there again", () => {
  const budget = createBodyBudget({ bodyBytes: 100, callerBodyBytes: 1, bodyBytesInFlight: 1 });
  for (let round = 0; round < 3; round++) {
    assert.equal(budget.acquire("a", of(100)), true);
    assert.equal(budget.acquire("b", of(1)), false);
    budget.release("a", of(100));
  }
});
