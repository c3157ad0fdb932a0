import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { certificateSubject, parseSubject } from "./certificate-subject.ts";

/** Its key is on secp256k1, good for a hundred years. */
const UNUSUAL = `-----BEGIN CERTIFICATE-----
MIIBVzCB/gIUL7Q1QSXNWrXdQTzKJH449GykciQwCgYIKoZIzj0EAwIwLzEYMAoG
A1UECgwDb25lMAoGA1UECgwDdHdvMRMwEQYDVQQDDAphLCAiYiIgKyBjMCAXDTI2
MTEyMjAwNTUwNFoYDzIxMjYxMDI5MDA1NTA0WjAvMRgwCgYDVQQKDANvbmUwCgYD
VQQKDAN0d28xEzARBgNVBAMMCmEsICJiIiArIGMwVjAQBgcqhkjOPQIBBgUrgQQA
CgNCAAQbp6hLxsarrMdEecWXesog9resvQmUKo8qWXfwWcVPm45Db4IwjylSPgpn
KIQpMoajEI9vCv1Z9J+yzbL7024TMAoGCCqGSM49BAMCA0gAMEUCIAY1RMyW7kJ2
KWyS9hqpe+iIFpxuHOhI+axkPUICTrdnAiEAsylbuPtogl4Bg6m3AmlS6+ofy5DG
W9jP7nb9hB4tRPQ=
-----END CERTIFICATE-----`;

test("a certificate whose key is on an unusual curve", () => {
  assert.deepEqual(certificateSubject(new X509Certificate(UNUSUAL)), {
    commonNames: ['a, "b" + c'],
    organizations: ["one", "two"],
  });
});

test("values come back as they were, whatever they hold", () => {
  const text = String.raw`O=\ a\ 
O=x\,y\"z\;\<\>#
O=one + O=two
CN=zü€\0AO=evil
CN=\#hash
CN==eq=\\ 
1.2.3.4=\7F😀`;
  assert.deepEqual(parseSubject(text), [
    ["O", " a "],
    ["O", 'x,y"z;<>#'],
    ["O", "one"],
    ["O", "two"],
    ["CN", "zü€\nO=evil"],
    ["CN", "#hash"],
    ["CN", "=eq=\\ "],
    ["1.2.3.4", "\u007f😀"],
  ]);
});

test("garbage never throws, nor takes long", () => {
  const unit = fc.constantFrom("C", "N", "=", "\\", "0", "A", "+", " + ", "\n", "#", "é");
  fc.assert(
    fc.property(fc.string({ unit }), (text) => void parseSubject(text)),
    { seed: 1 },
  );
  assert.deepEqual(parseSubject(`CN=${"\\0A".repeat(50_000)}+`), []);
});
