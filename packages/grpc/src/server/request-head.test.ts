import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseRequestHead } from "./request-head.ts";

const CALL = {
  ":method": "POST",
  ":path": "/pkg.Service/Method",
  ":authority": "node.example:443",
  "content-type": "application/grpc",
};

test("a call", () => {
  const head = parseRequestHead({
    ...CALL,
    "grpc-timeout": "5S",
    "grpc-encoding": "gzip",
    "grpc-accept-encoding": "gzip,identity",
    "user-agent": "test/1",
  });
  assert.deepEqual(head, {
    ok: true,
    value: {
      path: "/pkg.Service/Method",
      service: "pkg.Service",
      method: "Method",
      authority: "node.example:443",
      userAgent: "test/1",
      timeoutMs: 5_000,
      encoding: "gzip",
      acceptEncoding: "gzip,identity",
    },
  });
});

/** Texts that clients and their tests match (node-api §1.1). */
const REFUSALS = [
  [{ ":path": "Method" }, 200, 12, "malformed method name"],
  [{ ":path": "/Method" }, 200, 12, "malformed method name"],
  [{ ":path": "" }, 200, 12, "malformed method name"],
  [{ "grpc-timeout": "soon" }, 200, 13, "malformed grpc-timeout"],
  [{ "grpc-timeout": "123456789S" }, 200, 13, "malformed grpc-timeout"],
  [{ "content-type": "text/html" }, 415, 3, "the content-type of a call is application/grpc"],
  [{ ":method": "GET" }, 405, 13, "the method of a call is POST"],
] as const;

for (const [headers, httpStatus, code, message] of REFUSALS) {
  test(`${JSON.stringify(headers)} is refused: ${message}`, () => {
    const head = parseRequestHead({ ...CALL, ...headers });
    assert.equal(head.ok, false);
    if (head.ok) return;
    const { status } = head.error;
    assert.deepEqual(
      [head.error.httpStatus, status.code, status.message],
      [httpStatus, code, message],
    );
  });
}

test("the path is split at its last slash", () => {
  const head = parseRequestHead({ ...CALL, ":path": "/a/b/C" });
  assert.ok(head.ok);
  assert.deepEqual([head.value.service, head.value.method], ["a/b", "C"]);
});

test("any headers give a call or a refusal", () => {
  const name = fc.constantFrom(
    ":method",
    ":path",
    ":authority",
    "content-type",
    "grpc-timeout",
    "grpc-encoding",
    "host",
  );
  const value = fc.oneof(
    fc.constantFrom("POST", "/a/b", "application/grpc", "application/grpc+x", "1S"),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.dictionary(name, value), (headers) => {
      const head = parseRequestHead(headers);
      if (head.ok) assert.equal(head.value.path, `/${head.value.service}/${head.value.method}`);
      else assert.ok(head.error.status.code !== 0);
    }),
    { seed: 5 },
  );
});
