import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readCertificateRequest, writeCertificateRequest } from "./certificate-request.ts";
import { newKeyPair, publicKeyDer } from "./key-pair.ts";

test("the key of a request is read back", async () => {
  const pair = await newKeyPair();
  const read = readCertificateRequest(writeCertificateRequest(pair));
  assert.ok(read.ok);
  assert.deepEqual(publicKeyDer(read.value), publicKeyDer(pair.publicKey));
});

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
