import assert from "node:assert/strict";
import { test } from "node:test";
import { createLog, Problem, PROBLEM_CATALOGUE, type ProblemCode } from "@signalbox/base";
import { defineOperation, type Operation } from "../operation.ts";
import { type Notes, startExample } from "../testing/example-service.ts";

function throwing(error: unknown): Operation<Notes> {
  return defineOperation({
    id: "throwing",
    method: "GET",
    path: "/throwing",
    summary: "",
    tag: "",
    permission: "open",
    responses: { 200: { description: "" } },
    handler: (_request, _notes: Notes) => {
      throw error;
    },
  });
}

test("an unknown error is a 500 whose cause goes to the log and not to the wire", async () => {
  const lines: string[] = [];
  const log = createLog({ destination: { write: (line) => void lines.push(line) } });
  const { server } = startExample({ log }, [throwing(new Error("the password is hunter2"))]);
  const answer = await server.inject({ url: "/throwing" });
  assert.equal(answer.statusCode, 500);
  assert.equal(answer.json().error, "server_error");
  assert.doesNotMatch(answer.body, /hunter2/);
  const failure = lines
    .map((line) => JSON.parse(line))
    .find(({ msg }) => msg === "a request failed");
  assert.match(JSON.stringify(failure.err), /hunter2/);
  assert.equal(failure.traceId, answer.json().trace_id);
  await server.close();
});

test("every problem of the catalogue has the body of §4.6 (Appendix B 16)", async () => {
  for (const [code, row] of Object.entries(PROBLEM_CATALOGUE)) {
    const problem = new Problem(code as ProblemCode, "what went wrong", { cause: "secret" });
    const { server } = startExample({ checkResponses: "off" }, [throwing(problem)]);
    const answer = await server.inject({ url: "/throwing" });
    assert.equal(answer.statusCode, row.status, code);
    assert.equal(answer.headers["content-type"], "application/json");
    assert.equal(answer.headers["cache-control"], "no-cache");
    assert.equal(answer.headers["retry-after"], row.retry === "later" ? "1" : undefined);
    const traceId = String(answer.headers["traceparent"]).split("-")[1];
    assert.deepEqual(answer.json(), {
      error: row.error,
      error_description: "what went wrong",
      trace_id: traceId,
      code,
    });
    await server.close();
  }
});

test("whatever is thrown, even nothing, is a 500", async () => {
  for (const error of [undefined, null, "text", 7, Object.create(null)]) {
    const { server } = startExample({}, [throwing(error)]);
    assert.equal((await server.inject({ url: "/throwing" })).statusCode, 500);
    await server.close();
  }
});

test("a header that cannot be sent does not hurt the server", async () => {
  const broken = defineOperation({
    id: "broken",
    method: "GET",
    path: "/broken",
    summary: "",
    tag: "",
    permission: "open",
    responses: { 200: { description: "" } },
    handler: (_request, _notes: Notes) => ({ status: 200, headers: { "x-broken": "a\r\nb: c" } }),
  });
  const { server } = startExample({}, [broken]);
  const answer = await server.inject({ url: "/broken" });
  assert.equal(answer.statusCode, 500);
  assert.equal(answer.headers["b"], undefined);
  assert.equal((await server.inject({ url: "/api/version" })).statusCode, 200);
  await server.close();
});
