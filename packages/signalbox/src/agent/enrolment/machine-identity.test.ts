import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createTestAuthority } from "@signalbox/testing";
import { loadIdentity, saveIdentity } from "./machine-identity.ts";

const END = "20990101000000Z";
const NOT_AFTER = Date.UTC(2099, 0, 1);

function damaged(pem: string): string {
  const { raw } = new X509Certificate(pem);
  raw.fill("x", raw.indexOf(END), raw.indexOf(END) + END.length - 1);
  return new X509Certificate(raw).toString();
}

test("an identity is kept, and one whose end cannot be read is none", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-identity-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "identity.json");
  const authority = createTestAuthority("test authority");
  const identity = { ...authority.issue("web"), ca: authority.cert, notAfter: NOT_AFTER };
  saveIdentity(path, identity);
  assert.deepEqual(loadIdentity(path), identity);
  saveIdentity(path, { ...identity, cert: damaged(identity.cert) });
  assert.equal(loadIdentity(path), undefined);
});
