import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { join } from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Problem, systemRandom, VirtualClock } from "@signalbox/base";
import { identityOf } from "@signalbox/grpc";
import { deleteResource, modifyResource } from "@signalbox/store";
import { shared } from "@signalbox/testing";
import { writeCertificateRequest } from "../../credentials/certificate-request.ts";
import { formatJoinToken, parseJoinToken } from "../../credentials/join-token.ts";
import { type KeyPair, newKeyPair } from "../../credentials/key-pair.ts";
import { signWith } from "../../credentials/signature.ts";
import { forgedRequest } from "../../credentials/testing/forged-request.ts";
import { JOIN_TOKEN, NODE_ENROLMENT, SERVER } from "../../model/kinds.ts";
import type { Server } from "../../model/server.ts";
import { openNodeAuthority } from "../node-certificate-authority.ts";
import { testFolder, testStore } from "../testing/authority-fixture.ts";
import {
  addServer,
  createEnrolmentRig,
  type EnrolmentRig,
  HOUR_MS,
} from "../testing/enrolment-rig.ts";
import type { Enrolled, EnrolmentOrder } from "./enroller.ts";

const unauthenticated = (error: unknown): boolean => Problem.is(error, "unauthenticated");

function byToken(text: string, pair: KeyPair): EnrolmentOrder {
  return { credential: { type: "token", text }, request: writeCertificateRequest(pair) };
}

/** Asks for a certificate for `next`, showing `certificate` and signing with `old`. */
function byRenewal(certificate: string, old: KeyPair, next: KeyPair): EnrolmentOrder {
  const request = writeCertificateRequest(next);
  const signature = signWith(old.privateKey, request);
  return { credential: { type: "renewal", certificate, signature }, request };
}

interface Machine {
  readonly server: Server;
  readonly pair: KeyPair;
  readonly enrolled: Enrolled;
}

async function enrolMachine(rig: EnrolmentRig): Promise<Machine> {
  const server = await addServer(rig);
  const pair = await newKeyPair();
  const { token } = await rig.tokens.mint(server.metadata);
  return { server, pair, enrolled: await rig.enroller.enrol(byToken(token, pair)) };
}

const GONE: readonly (readonly [
  string,
  (rig: EnrolmentRig, server: Server) => Promise<unknown>,
])[] = [
  [
    "is being deleted",
    (rig, { metadata }) =>
      modifyResource(rig.store, SERVER, metadata.id, (server) => ({
        ...server,
        metadata: { ...server.metadata, deletedAt: "2026-01-01T00:00:00Z" },
      })),
  ],
  ["is gone", (rig, { metadata }) => deleteResource(rig.store, SERVER, metadata.id)],
  [
    "was made again under its id",
    (rig, { metadata }) =>
      modifyResource(rig.store, SERVER, metadata.id, (server) => ({
        ...server,
        incarnation: systemRandom.uuid(),
      })),
  ],
];

describe("enrolment", () => {
  // Each machine has a server of its own; tests that let time pass have a daemon of their own.
  const world = shared(createEnrolmentRig);

  test("a token gives its server's machine a certificate, and leaves a record", async () => {
    const rig = await world();
    const { server, pair, enrolled } = await enrolMachine(rig);
    const x509 = new X509Certificate(enrolled.certificatePem);
    const { id } = server.metadata;
    const identity = identityOf(x509);
    assert.equal(identity.commonName, id);
    assert.deepEqual(identity.dnsNames, [id, "web"]);
    assert.deepEqual(identity.ipAddresses, ["10.0.0.5"]);
    assert.deepEqual(identity.organizations, []);
    assert.ok(x509.checkPrivateKey(pair.privateKey));
    const record = rig.store.get(NODE_ENROLMENT, id)?.value;
    assert.equal(record?.serial, x509.serialNumber.toLowerCase());
    assert.equal(record?.incarnation, server.incarnation);
    assert.equal(record?.notAfter, x509.validToDate.toISOString());
  });

  test("names, roles and extensions that a request asks for are not looked at", async () => {
    const rig = await world();
    const server = await addServer(rig);
    const { token } = await rig.tokens.mint(server.metadata);
    const request = forgedRequest(await newKeyPair());
    const credential = { type: "token", text: token } as const;
    const { certificatePem } = await rig.enroller.enrol({ credential, request });
    const x509 = new X509Certificate(certificatePem);
    const { commonName, organizations, dnsNames, ipAddresses, uris } = identityOf(x509);
    assert.equal(commonName, server.metadata.id);
    assert.deepEqual([...organizations, ...uris], []);
    assert.deepEqual(dnsNames, [server.metadata.id, "web"]);
    assert.deepEqual(ipAddresses, ["10.0.0.5"]);
    assert.deepEqual(x509.keyUsage, ["1.3.6.1.5.5.7.3.1"]);
  });

  test("a token that was used is good for the same key, whose answer was lost, and for no other", async () => {
    const rig = await world();
    const server = await addServer(rig);
    const { token } = await rig.tokens.mint(server.metadata);
    const [own, stolen] = await Promise.all([newKeyPair(), newKeyPair()]);
    await rig.enroller.enrol(byToken(token, own));
    await assert.rejects(rig.enroller.enrol(byToken(token, stolen)), unauthenticated);
    const again = await rig.enroller.enrol(byToken(token, own));
    assert.ok(new X509Certificate(again.certificatePem).checkPrivateKey(own.privateKey));
  });

  test("of two who use a token at the same time one wins", async () => {
    const rig = await world();
    const server = await addServer(rig);
    const { token } = await rig.tokens.mint(server.metadata);
    const pairs = await Promise.all(Array.from({ length: 8 }, newKeyPair));
    const settled = await Promise.allSettled(
      pairs.map((pair) => rig.enroller.enrol(byToken(token, pair))),
    );
    const won = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    assert.equal(won.length, 1);
    const record = rig.store.get(NODE_ENROLMENT, server.metadata.id)?.value;
    assert.deepEqual(won[0]?.enrolment, record);
  });

  test("a token expires", async (t) => {
    const rig = await createEnrolmentRig(t);
    const server = await addServer(rig);
    const { token, expiresAt } = await rig.tokens.mint(server.metadata);
    assert.equal(Date.parse(expiresAt), rig.clock.now() + HOUR_MS);
    await rig.clock.advance(HOUR_MS);
    await assert.rejects(rig.enroller.enrol(byToken(token, await newKeyPair())), unauthenticated);
  });

  test("the next token of a server is its only one", async () => {
    const rig = await world();
    const server = await addServer(rig);
    const first = await rig.tokens.mint(server.metadata);
    const second = await rig.tokens.mint(server.metadata);
    const pair = await newKeyPair();
    await assert.rejects(rig.enroller.enrol(byToken(first.token, pair)), unauthenticated);
    await rig.enroller.enrol(byToken(second.token, pair));
  });

  test("tokens that were never minted, or are none, are refused alike", async () => {
    const rig = await world();
    const pair = await newKeyPair();
    const secret = Buffer.alloc(32, 1).toString("base64url");
    const made = formatJoinToken({ secret, pin: rig.authority.pin });
    const messages: string[] = [];
    for (const text of [made, "", "x".repeat(200), "\0"]) {
      await assert.rejects(rig.enroller.enrol(byToken(text, pair)), (error: unknown) => {
        assert.ok(Problem.is(error, "unauthenticated"));
        messages.push(error.message);
        return true;
      });
    }
    assert.equal(new Set(messages).size, 1, "what is wrong is for the log alone");
  });

  test("the request of whoever has no token is not taken apart", async () => {
    const rig = await world();
    const { token } = await rig.tokens.mint((await addServer(rig)).metadata);
    const bad = new Uint8Array([1, 2, 3]);
    const order = (text: string): EnrolmentOrder => {
      return { credential: { type: "token", text }, request: bad };
    };
    await assert.rejects(rig.enroller.enrol(order(token)), { code: "invalid_request" });
    const other = `${"a".repeat(43)}.${"0".repeat(64)}`;
    await assert.rejects(rig.enroller.enrol(order(other)), unauthenticated);
  });

  test("the store keeps no token that could be used", async () => {
    const rig = await world();
    const server = await addServer(rig);
    const { token } = await rig.tokens.mint(server.metadata);
    const parsed = parseJoinToken(token);
    assert.ok(parsed.ok);
    const kept = JSON.stringify(rig.store.list(JOIN_TOKEN).items);
    assert.match(kept, new RegExp(server.metadata.id));
    assert.equal(kept.includes(parsed.value.secret), false);
  });

  for (const [name, change] of GONE) {
    test(`a machine whose server ${name} neither enrols nor renews`, async () => {
      const rig = await world();
      const { server, pair, enrolled } = await enrolMachine(rig);
      const { token } = await rig.tokens.mint(server.metadata);
      await change(rig, server);
      await assert.rejects(rig.enroller.enrol(byToken(token, pair)), unauthenticated);
      const renewal = byRenewal(enrolled.certificatePem, pair, await newKeyPair());
      await assert.rejects(rig.enroller.enrol(renewal), unauthenticated);
    });
  }

  test("a machine renews with its old key, again with the one before when the answer was lost", async (t) => {
    const rig = await createEnrolmentRig(t);
    const { server, pair, enrolled } = await enrolMachine(rig);
    const [lost, next, last] = await Promise.all([newKeyPair(), newKeyPair(), newKeyPair()]);
    await rig.clock.advance(12 * HOUR_MS);
    const answerLost = await rig.enroller.enrol(byRenewal(enrolled.certificatePem, pair, lost));
    const renewed = await rig.enroller.enrol(byRenewal(enrolled.certificatePem, pair, next));
    await assert.rejects(
      rig.enroller.enrol(byRenewal(answerLost.certificatePem, lost, last)),
      unauthenticated,
      "a key that the machine went past is good no more",
    );
    assert.equal(renewed.notAfter, Math.floor(rig.clock.now() / 1000) * 1000 + 24 * HOUR_MS);
    const again = await rig.enroller.enrol(byRenewal(renewed.certificatePem, next, last));
    const record = rig.store.get(NODE_ENROLMENT, server.metadata.id)?.value;
    assert.deepEqual(record, again.enrolment);
    assert.equal(record?.enrolledAt, enrolled.enrolment.enrolledAt);
    await assert.rejects(
      rig.enroller.enrol(byRenewal(enrolled.certificatePem, pair, last)),
      unauthenticated,
    );
  });

  test("new addresses and names come with the next renewal", async () => {
    const rig = await world();
    const { server, pair, enrolled } = await enrolMachine(rig);
    await modifyResource(rig.store, SERVER, server.metadata.id, (present) => ({
      ...present,
      metadata: { ...present.metadata, name: "shop" },
      allocation: {
        privateIP: "10.0.0.6",
        macAddress: "52:54:00:00:00:01",
        publicIP: "127.64.0.9",
      },
    }));
    const renewed = await rig.enroller.enrol(byRenewal(enrolled.certificatePem, pair, pair));
    const { dnsNames, ipAddresses } = identityOf(new X509Certificate(renewed.certificatePem));
    assert.deepEqual(dnsNames, [server.metadata.id, "shop"]);
    assert.deepEqual(ipAddresses, ["10.0.0.6", "127.64.0.9"]);
  });

  test("a certificate that has expired is not renewed", async (t) => {
    const rig = await createEnrolmentRig(t);
    const { pair, enrolled } = await enrolMachine(rig);
    await rig.clock.advance(24 * HOUR_MS);
    const renewal = byRenewal(enrolled.certificatePem, pair, await newKeyPair());
    await assert.rejects(rig.enroller.enrol(renewal), unauthenticated);
  });

  test("who has the certificate without its key renews nothing", async () => {
    const rig = await world();
    const { enrolled } = await enrolMachine(rig);
    const thief = await newKeyPair();
    await assert.rejects(
      rig.enroller.enrol(byRenewal(enrolled.certificatePem, thief, thief)),
      unauthenticated,
    );
  });

  test("a token after a rebuild ends what the old disk could do", async () => {
    const rig = await world();
    const { server, pair, enrolled } = await enrolMachine(rig);
    const { token } = await rig.tokens.mint(server.metadata);
    await rig.enroller.enrol(byToken(token, await newKeyPair()));
    await assert.rejects(
      rig.enroller.enrol(byRenewal(enrolled.certificatePem, pair, await newKeyPair())),
      unauthenticated,
    );
  });

  test("certificates of people, and of other authorities, renew nothing", async (t) => {
    const rig = await world();
    const { server, pair, enrolled } = await enrolMachine(rig);
    const order = {
      commonName: server.metadata.id,
      organizations: [],
      names: [],
      addresses: [],
      uris: [],
      usage: "client",
      publicKey: pair.publicKey,
      validMs: HOUR_MS,
    } as const;
    const folder = testFolder(t);
    const foreign = await openNodeAuthority({
      store: await testStore(t, join(folder, "store"), rig.clock),
      keyFile: join(folder, "authority.key"),
      clock: new VirtualClock(rig.clock.now()),
      random: systemRandom,
    });
    const next = await newKeyPair();
    for (const certificate of [
      (await rig.authority.issue(order)).certificatePem,
      (await foreign.issue({ ...order, usage: "server" })).certificatePem,
      rig.authority.certificatePem,
      "",
      "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ]) {
      await assert.rejects(rig.enroller.enrol(byRenewal(certificate, pair, next)), unauthenticated);
    }
    await rig.enroller.enrol(byRenewal(enrolled.certificatePem, pair, next));
  });

  test("whatever is sent, the answer is a refusal", async () => {
    const rig = await world();
    const { pair, enrolled } = await enrolMachine(rig);
    const good = byRenewal(enrolled.certificatePem, pair, pair);
    const bytes = fc.uint8Array({ maxLength: 100 });
    const certificate = fc.oneof(
      fc.string(),
      fc.constant(enrolled.certificatePem),
      damaged(enrolled),
    );
    const credential = fc.oneof(
      fc.record({ type: fc.constant("token" as const), text: fc.string() }),
      fc.record({ type: fc.constant("renewal" as const), certificate, signature: bytes }),
    );
    const request = fc.oneof(bytes, fc.constant(good.request));
    await fc.assert(
      fc.asyncProperty(credential, request, async (shown, sent) => {
        await assert.rejects(
          rig.enroller.enrol({ credential: shown, request: sent }),
          (error: unknown) => Problem.is(error, "invalid_request", "unauthenticated"),
        );
      }),
      { seed: 50, numRuns: 300 },
    );
  });
});

/** The certificate with one letter of its base64 changed. */
function damaged({ certificatePem }: Enrolled): fc.Arbitrary<string> {
  const first = certificatePem.indexOf("\n") + 1;
  const last = certificatePem.indexOf("\n-----END");
  return fc
    .tuple(fc.integer({ min: first, max: last - 1 }), fc.constantFrom("A", "Z", "a", "9", "+", "/"))
    .map(([at, letter]) => certificatePem.slice(0, at) + letter + certificatePem.slice(at + 1));
}
