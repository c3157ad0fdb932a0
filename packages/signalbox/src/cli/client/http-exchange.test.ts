import assert from "node:assert/strict";
import { test } from "node:test";
import { unreachable } from "./http-exchange.ts";

const SECURE = new URL("https://10.0.0.1:6443/api");
const PLAIN = new URL("http://10.0.0.1:6443/api");

function told(url: URL, code: string): string {
  return unreachable(url, Object.assign(new Error("it failed"), { code })).message;
}

test("each way in which a certificate is refused has its own advice", () => {
  assert.match(told(SECURE, "SELF_SIGNED_CERT_IN_CHAIN"), /is not trusted .*--ca-file/);
  assert.match(told(SECURE, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"), /is not trusted .*--ca-file/);
  assert.match(told(SECURE, "ERR_TLS_CERT_ALTNAME_INVALID"), /is not for 10\.0\.0\.1; .*--url/);
  assert.match(told(SECURE, "CERT_HAS_EXPIRED"), /is not valid today .*renew its file/);
});

test("a server that refuses the client's certificate, or misses it, is not called untrusted", () => {
  const alerts = ["TLSV13_ALERT_CERTIFICATE_REQUIRED", "TLSV1_ALERT_UNKNOWN_CA"];
  for (const alert of [...alerts, "SSLV3_ALERT_CERTIFICATE_EXPIRED"]) {
    assert.match(told(SECURE, `ERR_SSL_${alert}`), /wants a client certificate .*--cert-file/);
  }
  assert.match(told(SECURE, "ECONNRESET"), /ended the connection; .*client certificate/);
});

test("the wrong scheme is named", () => {
  assert.match(told(SECURE, "EPROTO"), /does not speak TLS .*http:\/\//);
  assert.match(told(PLAIN, "ECONNRESET"), /begins https:\/\//);
});

test("nobody there, or no such host", () => {
  for (const code of ["ECONNREFUSED", "ENOTFOUND"]) {
    const problem = unreachable(SECURE, Object.assign(new Error("it failed"), { code }));
    assert.equal(problem.code, "unavailable");
    assert.match(problem.message, /cannot reach .*is `signalbox serve` running\?/);
  }
});
