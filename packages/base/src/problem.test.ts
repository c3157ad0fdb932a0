import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem } from "./problem.ts";
import { PROBLEM_CATALOGUE } from "./problem-catalogue.ts";

test("an unknown error becomes internal and says nothing of its cause", () => {
  const cause = new Error("password is hunter2");
  const problem = Problem.from(cause);
  assert.equal(problem.code, "internal");
  assert.equal(problem.cause, cause);
  assert.ok(!problem.message.includes("hunter2"));
});

test("a problem passes the funnel unchanged", () => {
  const problem = new Problem("in_use", "used", { retryAfterMs: 5 });
  assert.equal(Problem.from(problem), problem);
  assert.equal(problem.row.status, 409);
  assert.ok(Problem.is(problem, "in_use"));
  assert.ok(!Problem.is(problem, "conflict"));
  assert.ok(!Problem.is(new Error("plain")));
});

test("the contract's statuses speak the contract's codes (compute-api §4.6)", () => {
  const contract: Readonly<Record<number, string>> = {
    400: "invalid_request",
    401: "access_denied",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "request_entity_too_large",
    415: "unsupported_media_type",
    422: "unprocessable_content",
    500: "server_error",
  };
  for (const [code, row] of Object.entries(PROBLEM_CATALOGUE)) {
    const expected = contract[row.status];
    if (expected !== undefined) assert.equal(row.error, expected, code);
    assert.ok(row.grpc > 0 && row.grpc <= 16, code);
    assert.ok(row.status >= 400 && row.status < 600, code);
  }
});
