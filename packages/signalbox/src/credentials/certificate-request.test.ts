import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import fc from "fast-check";
import { readCertificateRequest, writeCertificateRequest } from "./certificate-request.ts";
import { newKeyPair, publicKeyDer } from "./key-pair.ts";
import { requestDer, toPem } from "./pem.ts";

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

test("openssl finds a request well formed and signed by its own key", async () => {
  const pem = toPem("CERTIFICATE REQUEST", writeCertificateRequest(await newKeyPair()));
  const args = ["req", "-verify", "-noout", "-text"];
  const text = execFileSync("openssl", args, { input: pem, encoding: "utf8", stdio: "pipe" });
  assert.match(text, /Public Key Algorithm: ED25519/);
});

test("the key of a request is read back", async () => {
  const pair = await newKeyPair();
  const read = readCertificateRequest(writeCertificateRequest(pair));
  assert.ok(read.ok);
  assert.deepEqual(publicKeyDer(read.value), publicKeyDer(pair.publicKey));
});

const KEYS: readonly (readonly [string, readonly string[]])[] = [
  ["Ed25519", ["-newkey", "ed25519"]],
  ["ECDSA P-256", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]],
  ["RSA", ["-newkey", "rsa:2048"]],
];
for (const [name, newKey] of KEYS) {
  test(`a request of openssl with a key for ${name} is taken`, (t) => {
    assert.ok(readCertificateRequest(opensslRequest(t, newKey)).ok);
  });
}

const UNFIT: readonly (readonly [string, readonly string[]])[] = [
  ["RSA of 1024 bits", ["-newkey", "rsa:1024"]],
  ["another curve", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"]],
];
for (const [name, newKey] of UNFIT) {
  test(`a key for ${name} is refused`, (t) => {
    const read = readCertificateRequest(opensslRequest(t, newKey));
    assert.deepEqual(read, {
      ok: false,
      error: "the key must be Ed25519, ECDSA P-256, or RSA of 2048 to 4096 bits",
    });
  });
}

test("a request for somebody else's key is refused: its signature is not that key's", async () => {
  const [mine, theirs] = await Promise.all([newKeyPair(), newKeyPair()]);
  const request = writeCertificateRequest({
    publicKey: theirs.publicKey,
    privateKey: mine.privateKey,
  });
  assert.deepEqual(readCertificateRequest(request), {
    ok: false,
    error: "the certificate request is not signed by its own key",
  });
});

test("a changed bit never puts another key in the place of the signed one", async () => {
  const pair = await newKeyPair();
  const good = writeCertificateRequest(pair);
  const flipped = fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }));
  fc.assert(
    fc.property(flipped, ([at, bits]) => {
      const bytes = Buffer.from(good);
      bytes[at] = (bytes[at] ?? 0) ^ bits;
      const read = readCertificateRequest(bytes);
      if (read.ok) assert.deepEqual(publicKeyDer(read.value), publicKeyDer(pair.publicKey));
    }),
    { seed: 5, numRuns: 300 },
  );
});

test("bytes that are no request are refused, never thrown over", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      assert.equal(readCertificateRequest(bytes).ok, false);
    }),
    { seed: 5, numRuns: 300 },
  );
  assert.equal(readCertificateRequest(Buffer.alloc(1 << 20, 0x30)).ok, false);
});
