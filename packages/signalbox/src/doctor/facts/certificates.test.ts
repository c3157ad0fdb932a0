import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createTestAuthority } from "@signalbox/testing";
import { judgeCertificates } from "../checks/certificates.ts";
import { readCertificates } from "./certificates.ts";

test("a certificate file whose end cannot be read is a finding, not an error", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-certificates-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const certificate = join(folder, "server.pem");
  const { raw } = new X509Certificate(createTestAuthority("test authority").issue("server").cert);
  const end = "20990101000000Z";
  raw.fill("x", raw.indexOf(end), raw.indexOf(end) + end.length - 1);
  writeFileSync(certificate, raw);

  const files = readCertificates({ certificate });
  assert.deepEqual(
    judgeCertificates({ nowMs: 0, files }).map(({ verdict, found }) => [verdict, found]),
    [
      [
        "failure",
        `tls.certificate: ${certificate} cannot be used: the dates of its validity cannot be read`,
      ],
    ],
  );
});
