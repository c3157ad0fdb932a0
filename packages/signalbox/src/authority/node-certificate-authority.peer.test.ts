import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { NEEDS_OPENSSL } from "../credentials/testing/openssl.ts";
import { type AuthorityFixture, createAuthorityFixture } from "./testing/authority-fixture.ts";
import { MACHINE, PERSON } from "./testing/certificate-orders.ts";

/** What `openssl verify` says of a certificate for a purpose. */
function opensslVerify(
  { folder, authority }: AuthorityFixture,
  certificate: string,
  purpose: string,
): string {
  const roots = join(folder, "roots.pem");
  const leaf = join(folder, "leaf.pem");
  writeFileSync(roots, authority.certificatePem);
  writeFileSync(leaf, certificate);
  const args = ["verify", "-x509_strict", "-purpose", purpose, "-CAfile", roots, leaf];
  return execFileSync("openssl", args, { encoding: "utf8", stdio: "pipe" });
}

test(
  "openssl accepts a machine's certificate for servers, and for nothing else",
  NEEDS_OPENSSL,
  async (t) => {
    const fixture = await createAuthorityFixture(t);
    const { certificatePem } = await fixture.authority.issue(MACHINE);
    assert.match(opensslVerify(fixture, certificatePem, "sslserver"), /OK/);
    assert.throws(
      () => opensslVerify(fixture, certificatePem, "sslclient"),
      /unsuitable|unsupported/,
    );
  },
);

test(
  "openssl accepts a person's certificate for clients, and for nothing else",
  NEEDS_OPENSSL,
  async (t) => {
    const fixture = await createAuthorityFixture(t);
    const order = { ...PERSON, organizations: ["os:reader"], uris: ["signalbox://project/o/p"] };
    const { certificatePem } = await fixture.authority.issue(order);
    assert.match(opensslVerify(fixture, certificatePem, "sslclient"), /OK/);
    assert.throws(
      () => opensslVerify(fixture, certificatePem, "sslserver"),
      /unsuitable|unsupported/,
    );
  },
);

test("the pin is the SHA-256 of the root's DER", NEEDS_OPENSSL, async (t) => {
  const { authority } = await createAuthorityFixture(t);
  const text = execFileSync("openssl", ["x509", "-noout", "-fingerprint", "-sha256"], {
    input: authority.certificatePem,
    encoding: "utf8",
  });
  assert.equal(authority.pin, text.split("=")[1]?.trim().replaceAll(":", "").toLowerCase());
});
