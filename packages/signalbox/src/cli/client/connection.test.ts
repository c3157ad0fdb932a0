import assert from "node:assert/strict";
import { test } from "node:test";
import { resolveOpsConnection } from "./connection.ts";

const VARIABLES = { SIGNALBOX_TOKEN: "sbx_0123456789abcdef_secret" };

test("a client certificate without its key is refused, not left out", () => {
  const opsUrl = "https://127.0.0.1:6081";
  for (const half of [{ certFile: "client.pem" }, { keyFile: "client.key" }]) {
    assert.throws(() => resolveOpsConnection({ opsUrl, ...half }, VARIABLES), {
      code: "invalid_request",
      message: /--cert-file and --key-file belong together/,
    });
  }
  assert.equal(resolveOpsConnection({ opsUrl }, VARIABLES).cert, undefined);
});
