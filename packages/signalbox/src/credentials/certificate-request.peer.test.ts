import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { readCertificateRequest, writeCertificateRequest } from "./certificate-request.ts";
import { newKeyPair } from "./key-pair.ts";
import { requestDer, toPem } from "./pem.ts";
import { forgedRequest } from "./testing/forged-request.ts";
import { NEEDS_OPENSSL } from "./testing/openssl.ts";

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "request-"));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

/** A request as people make theirs, with names that nobody granted. */
function opensslRequest(t: TestContext, newKey: readonly string[]): Buffer {
  const out = join(folder(t), "request.pem");
  const subject = ["-subj", "/O=os:admin/CN=root", "-addext", "subjectAltName=DNS:other"];
  const args = ["req", "-new", "-nodes", "-keyout", "/dev/null", "-out", out, ...subject];
  execFileSync("openssl", [...args, ...newKey], { stdio: "ignore" });
  const der = requestDer(readFileSync(out, "utf8"));
  assert.ok(der);
  return der;
}

test("openssl finds a request well formed and signed by its own key", NEEDS_OPENSSL, async () => {
  const pem = toPem("CERTIFICATE REQUEST", writeCertificateRequest(await newKeyPair()));
  const args = ["req", "-verify", "-noout", "-text"];
  const text = execFileSync("openssl", args, { input: pem, encoding: "utf8", stdio: "pipe" });
  assert.match(text, /Public Key Algorithm: ED25519/);
});

const KEYS: readonly (readonly [string, readonly string[]])[] = [
  ["Ed25519", ["-newkey", "ed25519"]],
  ["ECDSA P-256", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]],
  ["RSA", ["-newkey", "rsa:2048"]],
];
for (const [name, newKey] of KEYS) {
  test(`a request of openssl with a key for ${name} is taken`, NEEDS_OPENSSL, (t) => {
    assert.ok(readCertificateRequest(opensslRequest(t, newKey)).ok);
  });
}

const UNFIT: readonly (readonly [string, readonly string[]])[] = [
  ["RSA of 1024 bits", ["-newkey", "rsa:1024"]],
  ["another curve", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"]],
];
for (const [name, newKey] of UNFIT) {
  test(`a key for ${name} is refused`, NEEDS_OPENSSL, (t) => {
    const read = readCertificateRequest(opensslRequest(t, newKey));
    assert.deepEqual(read, {
      ok: false,
      error: "the key must be Ed25519, ECDSA P-256, or RSA of 2048 to 4096 bits",
    });
  });
}

test(
  "openssl reads the wishes of a forged request, so that tests with it say something",
  NEEDS_OPENSSL,
  async () => {
    const pem = toPem("CERTIFICATE REQUEST", forgedRequest(await newKeyPair()));
    const args = ["req", "-verify", "-noout", "-text"];
    const text = execFileSync("openssl", args, { input: pem, encoding: "utf8", stdio: "pipe" });
    assert.match(text, /O = os:admin.*CN = other/);
    assert.match(text, /DNS:control, IP Address:10\.9\.9\.9/);
    assert.match(text, /TLS Web Client Authentication/);
  },
);
