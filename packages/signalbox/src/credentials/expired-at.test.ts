import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { createTestAuthority } from "@signalbox/testing";
import { expiredAt } from "./expired-at.ts";

const certificate = new X509Certificate(createTestAuthority("test authority").cert);
const END_MS = Date.UTC(2099, 0, 1);

test("a certificate is good until its end, and no longer", () => {
  assert.equal(expiredAt(certificate, END_MS - 1), undefined);
  assert.deepEqual(expiredAt(certificate, END_MS), new Date(END_MS));
});

test("a date that cannot be read is no end, whatever is in memory", () => {
  const { raw } = certificate;
  const time = Buffer.from("20990101000000Z");
  raw.fill("x", raw.indexOf(time), raw.indexOf(time) + time.length - 1);
  const damaged = new X509Certificate(raw);
  for (let round = 0; round < 1_000; round++) {
    assert.equal(expiredAt(damaged, Number.MAX_SAFE_INTEGER), undefined);
  }
});
