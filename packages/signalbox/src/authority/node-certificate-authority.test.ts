import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Problem, silentLog, systemRandom } from "@signalbox/base";
import { identityOf } from "@signalbox/grpc";
import { openSqliteStore } from "@signalbox/store";
import { certificatePin } from "../credentials/certificate-pin.ts";
import { newKeyPair } from "../credentials/key-pair.ts";
import { splitCertificates } from "../credentials/pem.ts";
import { KINDS, NODE_AUTHORITY } from "../model/kinds.ts";
import { NODE_AUTHORITY_ID } from "../model/node-authority.ts";
import { openNodeAuthority } from "./node-certificate-authority.ts";
import { createAuthorityFixture } from "./testing/authority-fixture.ts";
import { MACHINE, PERSON } from "./testing/certificate-orders.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

test("a certificate says what was ordered", async (t) => {
  const { authority, clock } = await createAuthorityFixture(t);
  const { certificatePem, notAfter, serial } = await authority.issue({
    ...MACHINE,
    organizations: ["os:admin", "os:reader"],
    uris: ["signalbox://project/o/p"],
  });
  const x509 = new X509Certificate(certificatePem);
  const identity = identityOf(x509);
  assert.equal(identity.commonName, MACHINE.commonName);
  assert.deepEqual(identity.organizations, ["os:admin", "os:reader"]);
  assert.deepEqual(identity.dnsNames, MACHINE.names);
  assert.deepEqual(identity.ipAddresses, ["10.0.0.5", "FD00:0:0:0:0:0:0:5"]);
  assert.deepEqual(identity.uris, ["signalbox://project/o/p"]);
  // Node's name of the extended key usage: server authentication, exactly.
  assert.deepEqual(x509.keyUsage, ["1.3.6.1.5.5.7.3.1"]);
  assert.equal(x509.ca, false);
  assert.equal(x509.serialNumber.toLowerCase(), serial);
  assert.equal(x509.validToDate.getTime(), notAfter);
  assert.equal(notAfter, Math.floor((clock.now() + DAY_MS) / 1000) * 1000);
});

test("a certificate vouches for the key of the order", async (t) => {
  const { authority } = await createAuthorityFixture(t);
  const { publicKey, privateKey } = await newKeyPair();
  const issued = await authority.issue({ ...PERSON, publicKey });
  assert.equal(issued.keyPem, undefined);
  assert.ok(new X509Certificate(issued.certificatePem).checkPrivateKey(privateKey));
});

test("a restart keeps the authority", async (t) => {
  const { store, keyFile, clock, authority } = await createAuthorityFixture(t);
  const again = await openNodeAuthority({ store, keyFile, clock, random: systemRandom });
  assert.equal(again.certificatePem, authority.certificatePem);
  const before = new X509Certificate((await authority.issue(PERSON)).certificatePem);
  const root = new X509Certificate(again.certificatePem);
  assert.ok(before.verify(root.publicKey));
  assert.ok(new X509Certificate((await again.issue(PERSON)).certificatePem).verify(root.publicKey));
});

test("the private key is in the store sealed, and opened by a file of its owner alone", async (t) => {
  const { store, keyFile, folder } = await createAuthorityFixture(t);
  assert.equal(statSync(keyFile).mode & 0o777, 0o600);
  const kept = JSON.stringify(store.get(NODE_AUTHORITY, NODE_AUTHORITY_ID));
  assert.doesNotMatch(kept, /PRIVATE KEY/);
  // An Ed25519 key in PKCS#8 begins so.
  const clear = Buffer.from("302e020100300506032b6570", "hex").toString("base64");
  assert.equal(kept.includes(clear), false);
  assert.equal(readFileSync(join(folder, "store", "store.db")).includes(clear), false);
});

test("without its key file the authority says what to do", async (t) => {
  const { store, keyFile, clock } = await createAuthorityFixture(t);
  rmSync(keyFile);
  await assert.rejects(
    openNodeAuthority({ store, keyFile, clock, random: systemRandom }),
    (error: unknown) =>
      Problem.is(error, "config_invalid") &&
      error.message.includes(`${keyFile}, which opens the private key of the node authority, is`) &&
      error.message.includes("restore it from a backup") &&
      error.message.includes("signalbox node ca discard"),
  );
});

test("another key file is refused at the start, not at the first certificate", async (t) => {
  const { store, keyFile, clock } = await createAuthorityFixture(t);
  const another = Buffer.alloc(32, 7).toString("base64");
  writeFileSync(keyFile, another);
  await assert.rejects(
    openNodeAuthority({ store, keyFile, clock, random: systemRandom }),
    (error: unknown) =>
      Problem.is(error, "config_invalid") &&
      error.message.includes("is not the one that closed the keys") &&
      !error.message.includes(another),
  );
});

for (const text of ["", "short\n", "!".repeat(44)]) {
  test(`a damaged key file is refused: ${JSON.stringify(text)}`, async (t) => {
    const { store, keyFile, clock } = await createAuthorityFixture(t);
    writeFileSync(keyFile, text);
    await assert.rejects(
      openNodeAuthority({ store, keyFile, clock, random: systemRandom }),
      (error: unknown) => Problem.is(error, "config_invalid") && /damaged/.test(error.message),
    );
  });
}

test("a key file that a crash left before the store was written is used", async (t) => {
  const { keyFile, clock, folder } = await createAuthorityFixture(t);
  const before = readFileSync(keyFile, "utf8");
  const directory = join(folder, "second");
  const store = await openSqliteStore({ directory, kinds: KINDS, clock, log: silentLog });
  t.after(() => store.close());
  await openNodeAuthority({ store, keyFile, clock, random: systemRandom });
  assert.equal(readFileSync(keyFile, "utf8"), before);
});

test("a next root is trusted at once, signs after its announcement, and replaces the old one", async (t) => {
  const { authority, clock } = await createAuthorityFixture(t);
  const [old] = splitCertificates(authority.certificatePem);
  assert.ok(old);
  const oldPin = authority.pin;
  await authority.rotate({ announceMs: 2 * DAY_MS, retireMs: 3 * DAY_MS });

  assert.equal(authority.pin, oldPin, "the old root still signs");
  assert.equal(splitCertificates(authority.certificatePem).length, 2, "both are trusted");
  assert.equal(authority.nextChange, clock.now() + 2 * DAY_MS);
  await assert.rejects(authority.rotate({ announceMs: 1, retireMs: 1 }), (error: unknown) =>
    Problem.is(error, "conflict"),
  );

  await clock.advance(2 * DAY_MS);
  assert.notEqual(authority.pin, oldPin, "the new root signs");
  assert.equal(certificatePin(authority.signingPem), authority.pin);
  assert.equal(splitCertificates(authority.certificatePem).length, 2, "both are still trusted");
  const { certificatePem } = await authority.issue(PERSON);
  const root = new X509Certificate(authority.signingPem);
  assert.ok(new X509Certificate(certificatePem).checkIssued(root));
  assert.equal(new X509Certificate(certificatePem).checkIssued(new X509Certificate(old)), false);

  await clock.advance(3 * DAY_MS);
  assert.deepEqual(splitCertificates(authority.certificatePem), [authority.signingPem]);
  assert.equal(authority.nextChange, undefined);
});
