import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseApiProblem } from "./api-problem.ts";

test("code, description and faults come from the body", () => {
  const problem = parseApiProblem(
    409,
    JSON.stringify({
      error: "conflict",
      error_description: "in use",
      code: "in_use",
      errors: [{ pointer: "/spec/x", detail: "no" }],
    }),
  );
  assert.equal(problem.code, "in_use");
  assert.equal(problem.message, "in use\n  /spec/x: no");
});

test("what the description has said already is not said twice", () => {
  const refusal = (detail: string): string =>
    parseApiProblem(
      422,
      JSON.stringify({
        error_description: "must be odd",
        errors: [{ pointer: "/spec/n", detail }],
      }),
    ).message;
  assert.equal(refusal("must be odd"), "must be odd\n  at /spec/n");
  assert.equal(refusal("is even"), "must be odd\n  /spec/n: is even");
});

test("a fault inside names its trace, so that it is found in the log", () => {
  const body = JSON.stringify({ error_description: "oh", trace_id: "abc" });
  assert.match(parseApiProblem(500, body).message, /trace abc/);
});

test("without a known code the status decides", () => {
  assert.equal(parseApiProblem(401, "").code, "unauthenticated");
  assert.equal(parseApiProblem(404, '{"code":"toString"}').code, "not_found");
  assert.equal(parseApiProblem(502, "<html>").code, "internal");
});

test("any body at all gives a problem", () => {
  fc.assert(
    fc.property(fc.integer({ min: 300, max: 599 }), fc.oneof(fc.string(), fc.json()), (s, text) => {
      assert.ok(parseApiProblem(s, text).message.length > 0);
    }),
    { seed: 82 },
  );
});
