import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { createTestAuthority } from "@signalbox/testing";
import { certificateValidity } from "./certificate-validity.ts";

const { raw } = new X509Certificate(createTestAuthority("test authority").cert);
const FROM_MS = Date.UTC(2020, 0, 1);
const TO_MS = Date.UTC(2099, 0, 1);

/** The certificate with a date that nobody can read. */
function damaged(date: string): X509Certificate {
  const bytes = Buffer.from(raw);
  const at = bytes.indexOf(date);
  return new X509Certificate(bytes.fill("x", at, at + date.length - 1));
}

test("both dates of a certificate are read", () => {
  const validity = certificateValidity(new X509Certificate(raw));
  assert.deepEqual(validity, { fromMs: FROM_MS, toMs: TO_MS });
});

test("a date that cannot be read is none, and the other one is read", () => {
  const [noStart, noEnd] = ["200101000000Z", "20990101000000Z"].map(damaged);
  assert.deepEqual(noStart && certificateValidity(noStart), { fromMs: undefined, toMs: TO_MS });
  assert.deepEqual(noEnd && certificateValidity(noEnd), { fromMs: FROM_MS, toMs: undefined });
});
