import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import {
  Channel,
  type HostPort,
  Problem,
  silentLog,
  systemClock,
  systemRandom,
  VirtualClock,
} from "@signalbox/base";
import { until } from "@signalbox/testing";
import { deleteResource } from "@signalbox/store";
import { createAuthorityFixture } from "../../authority/testing/authority-fixture.ts";
import {
  addServer,
  createEnrolmentRig,
  type EnrolmentRig,
  HOUR_MS,
} from "../../authority/testing/enrolment-rig.ts";
import { formatJoinToken, parseJoinToken } from "../../credentials/join-token.ts";
import { NODE_ENROLMENT, SERVER } from "../../model/kinds.ts";
import { EnrolledIdentity, type EnrolmentOptions } from "./enrolled-identity.ts";
import { fetchPinnedAuthority } from "./fetch-pinned-authority.ts";
import type { MachineIdentity } from "./machine-identity.ts";

const NEVER = new AbortController().signal;
/** Without chance in what is waited for. */
const RANDOM = { ...systemRandom, fraction: () => 0.5 };

interface Guest {
  readonly serverId: string;
  readonly options: EnrolmentOptions & { readonly token: string };
  /** Of the machine alone: the daemon's stays at the present, by which TLS is checked. */
  readonly clock: VirtualClock;
}

async function createGuest(rig: EnrolmentRig): Promise<Guest> {
  const server = await addServer(rig);
  const { token } = await rig.tokens.mint(server.metadata);
  const directory = join(rig.folder, "agent");
  return {
    serverId: server.metadata.id,
    options: { directory, address: rig.address, token },
    clock: new VirtualClock(Date.now()),
  };
}

async function start(
  t: TestContext,
  options: EnrolmentOptions,
  clock: VirtualClock | typeof systemClock = systemClock,
  signal = NEVER,
): Promise<EnrolledIdentity> {
  const deps = { clock, random: RANDOM, log: silentLog, signal };
  const identity = await EnrolledIdentity.start(options, deps);
  t.after(() => identity.close());
  return identity;
}

/** To the moment of the renewal and not beyond: its own time limits are on the same clock. */
async function advanceToRenewal(identity: EnrolledIdentity, clock: VirtualClock): Promise<void> {
  await clock.advance(Math.ceil((identity.current().notAfter - clock.now()) / 2));
}

const unauthenticated = (error: unknown): boolean => Problem.is(error, "unauthenticated");

test("a machine enrols over TLS and keeps what it got from everybody else", async (t) => {
  const rig = await createEnrolmentRig(t);
  const { serverId, options } = await createGuest(rig);
  const { cert, ca, key } = (await start(t, options)).current();
  const x509 = new X509Certificate(cert);
  assert.match(x509.subject, new RegExp(serverId));
  assert.equal(ca, rig.authority.certificatePem);
  assert.deepEqual(readdirSync(options.directory), ["identity.json"]);
  assert.equal(statSync(options.directory).mode & 0o777, 0o700);
  assert.equal(statSync(join(options.directory, "identity.json")).mode & 0o777, 0o600);
  assert.ok(readFileSync(join(options.directory, "identity.json"), "utf8").includes("PRIVATE KEY"));
  assert.ok(key.includes("PRIVATE KEY"));
});

test("after a restart the machine goes on with its certificate, without token or daemon", async (t) => {
  const rig = await createEnrolmentRig(t);
  const { options } = await createGuest(rig);
  const before = (await start(t, options)).current();
  await rig.listener.close(1);
  const { directory, address } = options;
  assert.deepEqual((await start(t, { directory, address })).current(), before);
});

test("a machine with neither certificate nor token says what is missing", async (t) => {
  const rig = await createEnrolmentRig(t);
  const { options } = await createGuest(rig);
  const { directory, address } = options;
  await assert.rejects(start(t, { directory, address }), (error: unknown) =>
    Problem.is(error, "config_invalid"),
  );
  await assert.rejects(start(t, { ...options, token: "nonsense" }), (error: unknown) =>
    Problem.is(error, "config_invalid"),
  );
});

test("a certificate that has expired is as good as none", async (t) => {
  const rig = await createEnrolmentRig(t);
  const { options, clock } = await createGuest(rig);
  const first = await start(t, options);
  await first.close();
  await clock.advance(24 * HOUR_MS);
  const { directory, address } = options;
  await assert.rejects(start(t, { directory, address }, clock), (error: unknown) =>
    Problem.is(error, "config_invalid"),
  );
});

test("a machine whose answer was lost asks again with the same key, also after a restart", async (t) => {
  const rig = await createEnrolmentRig(t);
  const { serverId, options } = await createGuest(rig);
  // The token is used and the certificate signed, but the answer says that it is not.
  rig.lost.events = 1;
  const giveUp = new AbortController();
  const log = { ...silentLog, warn: () => giveUp.abort(new Error("restarted")) };
  const deps = { clock: systemClock, random: RANDOM, log, signal: giveUp.signal };
  await assert.rejects(EnrolledIdentity.start(options, deps), /restarted/);
  assert.ok(rig.store.get(NODE_ENROLMENT, serverId));
  assert.deepEqual(readdirSync(options.directory), ["pending-key.pem"]);
  assert.equal(statSync(join(options.directory, "pending-key.pem")).mode & 0o777, 0o600);
  assert.ok((await start(t, options)).current().cert);
});

test("a listener of another authority is sent nothing at all", async (t) => {
  const rig = await createEnrolmentRig(t);
  const other = await createAuthorityFixture(t);
  const { options } = await createGuest(rig);
  const parsed = parseJoinToken(options.token);
  assert.ok(parsed.ok);
  const token = formatJoinToken({ ...parsed.value, pin: other.authority.pin });
  await assert.rejects(start(t, { ...options, token }), (error: unknown) => {
    assert.ok(unauthenticated(error));
    assert.match((error as Problem).message, /belongs to another authority/);
    return true;
  });
  assert.equal(rig.audited.length, 0, "no call arrived");
});

test("a stolen token that its machine has used opens nothing", async (t) => {
  const rig = await createEnrolmentRig(t);
  const { serverId, options } = await createGuest(rig);
  await start(t, options);
  const thief = { ...options, directory: join(rig.folder, "thief") };
  await assert.rejects(start(t, thief), unauthenticated);
  assert.deepEqual(
    rig.audited.map(({ operation, actor, resource, outcome }) => ({
      ...{ operation, actor, id: resource?.id, outcome },
    })),
    [
      { operation: "enrolMachine", actor: serverId, id: serverId, outcome: { status: 200 } },
      {
        operation: "enrolMachine",
        actor: undefined,
        id: serverId,
        outcome: { status: 401, code: "unauthenticated" },
      },
    ],
  );
  assert.ok(rig.audited.every(({ sourceAddress }) => sourceAddress === "127.0.0.1"));
});

test("nothing secret is in the logs or the audit", async (t) => {
  const rig = await createEnrolmentRig(t);
  const { options } = await createGuest(rig);
  const { key } = (await start(t, options)).current();
  await assert.rejects(start(t, { ...options, directory: join(rig.folder, "thief") }));
  const parsed = parseJoinToken(options.token);
  assert.ok(parsed.ok);
  const text = rig.logged.join("") + JSON.stringify(rig.audited);
  assert.match(text, /a machine was given no certificate/);
  assert.equal(text.includes(parsed.value.secret), false);
  assert.equal(text.includes(key.split("\n")[1] ?? "?"), false);
});

test("a certificate is renewed at half its life, under a new key", async (t) => {
  const rig = await createEnrolmentRig(t);
  const { serverId, options, clock } = await createGuest(rig);
  const identity = await start(t, options, clock);
  const before = identity.current();
  const renewed = changeOf(identity);
  await advanceToRenewal(identity, clock);
  const { cert } = await renewed;
  assert.notEqual(identity.current().key, before.key);
  const { serial } = rig.store.get(NODE_ENROLMENT, serverId)?.value ?? {};
  assert.equal(new X509Certificate(cert).serialNumber.toLowerCase(), serial);
  const { directory, address } = options;
  assert.deepEqual((await start(t, { directory, address })).current(), identity.current());
});

test("a listener that throws costs the others nothing, and no renewal more", async (t) => {
  const rig = await createEnrolmentRig(t);
  const { options, clock } = await createGuest(rig);
  const identity = await start(t, options, clock);
  identity.onChange(() => {
    throw new Error("cannot use it");
  });
  const renewed = changeOf(identity);
  await advanceToRenewal(identity, clock);
  assert.equal(await renewed, identity.current());
  // Of the next renewal; those of the call go when it has closed.
  await until(() => clock.pending === 1);
});

test("the next root of the authority comes with a renewal", async (t) => {
  const rig = await createEnrolmentRig(t);
  const { options, clock } = await createGuest(rig);
  const identity = await start(t, options, clock);
  await rig.authority.rotate({ announceMs: HOUR_MS, retireMs: HOUR_MS });
  const renewed = changeOf(identity);
  await advanceToRenewal(identity, clock);
  assert.equal((await renewed).ca, rig.authority.certificatePem);
  assert.equal(rig.authority.generations.length, 2);
});

test("a machine that has heard of the next root renews when it signs, and its token's pin is the old one", async (t) => {
  const rig = await createEnrolmentRig(t);
  const [machine, late] = [await createGuest(rig), await createGuest(rig)];
  const identity = await start(t, machine.options, machine.clock);
  // Within what certificates allow for clocks: TLS itself goes by the real one.
  await rig.authority.rotate({ announceMs: 60_000, retireMs: HOUR_MS });
  const heard = changeOf(identity);
  await advanceToRenewal(identity, machine.clock);
  await heard;
  await rig.clock.advance(60_000);
  await untilShown(rig);

  const renewed = changeOf(identity);
  await advanceToRenewal(identity, machine.clock);
  const { cert } = await renewed;
  const root = new X509Certificate(rig.authority.signingPem);
  assert.ok(new X509Certificate(cert).verify(root.publicKey));
  const directory = join(rig.folder, "late");
  await assert.rejects(start(t, { ...late.options, directory }), unauthenticated);
});

function changeOf(identity: EnrolledIdentity): Promise<MachineIdentity> {
  return new Promise((resolve) => {
    identity.onChange(resolve);
  });
}

/** Resolves once the listener shows the root that signs now. */
async function untilShown({ address, authority, clock }: EnrolmentRig): Promise<void> {
  const { pin } = authority;
  for (;;) {
    try {
      await fetchPinnedAuthority(address, { pin, clock, signal: NEVER });
      return;
    } catch (error) {
      if (!unauthenticated(error)) throw error;
    }
  }
}

test("a deleted server's machine keeps its certificate until it expires, and tries in vain", async (t) => {
  const rig = await createEnrolmentRig(t);
  const { serverId, options, clock } = await createGuest(rig);
  const refused = Promise.withResolvers<void>();
  const log = { ...silentLog, warn: () => refused.resolve() };
  const deps = { clock, random: RANDOM, log, signal: NEVER };
  const identity = await EnrolledIdentity.start(options, deps);
  t.after(() => identity.close());
  const before = identity.current();
  await deleteResource(rig.store, SERVER, serverId);
  await advanceToRenewal(identity, clock);
  await refused.promise;
  assert.deepEqual(identity.current(), before);
  assert.equal(rig.audited.at(-1)?.operation, "renewMachineCertificate");
  assert.equal(rig.audited.at(-1)?.outcome.code, "unauthenticated");
});

interface HangingUp {
  readonly port: number;
  /** From now on connections are handed on to this place. */
  readonly handOnTo: (place: HostPort) => void;
}

/** A listener that takes connections and lets them go at once. */
async function hangingUp(t: TestContext): Promise<HangingUp> {
  let place: HostPort | undefined;
  const server = createServer((near) => {
    near.on("error", () => {});
    if (place === undefined) return void near.destroy();
    const far = connect(place).on("error", () => {});
    near.pipe(far).pipe(near);
    near.once("close", () => far.destroy());
    far.once("close", () => near.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return {
    port: (server.address() as AddressInfo).port,
    handOnTo: (to) => {
      place = to;
    },
  };
}

test("a machine goes on trying while the daemon cannot be reached, and enrols when it can", async (t) => {
  const rig = await createEnrolmentRig(t);
  const { options, clock } = await createGuest(rig);
  const { port, handOnTo } = await hangingUp(t);
  const failures = new Channel<unknown>(8);
  const failed = failures[Symbol.asyncIterator]();
  const log = { ...silentLog, warn: (details: object) => void failures.send(details) };
  const away = { ...options, address: { host: "127.0.0.1", port } };
  const deps = { clock, random: RANDOM, log, signal: NEVER };
  const starting = EnrolledIdentity.start(away, deps);
  for (const delayMs of [1_000, 2_000]) {
    await failed.next();
    await clock.advance(delayMs);
  }
  await failed.next();
  handOnTo(rig.address);
  await clock.advance(4_000);
  const identity = await starting;
  t.after(() => identity.close());
  assert.equal(identity.current().ca, rig.authority.certificatePem);
});

test("giving up ends the trying at once", async (t) => {
  const rig = await createEnrolmentRig(t);
  const { options } = await createGuest(rig);
  const { port } = await hangingUp(t);
  const giveUp = new AbortController();
  const starting = start(
    t,
    { ...options, address: { host: "127.0.0.1", port } },
    systemClock,
    giveUp.signal,
  );
  const reason = new Error("given up");
  giveUp.abort(reason);
  await assert.rejects(starting, reason);
});

test("who asks too often is told to wait, and costs the store nothing", async (t) => {
  const one = { perSecond: 0.1, burst: 1 };
  const rig = await createEnrolmentRig(t, { perAddress: one, total: { perSecond: 50, burst: 50 } });
  const { options } = await createGuest(rig);
  await start(t, options);
  const { revision } = rig.store;
  const giveUp = new AbortController();
  const log = { ...silentLog, warn: () => giveUp.abort(new Error("told to wait")) };
  const thief = { ...options, directory: join(rig.folder, "thief") };
  const deps = { clock: systemClock, random: RANDOM, log, signal: giveUp.signal };
  await assert.rejects(EnrolledIdentity.start(thief, deps), /told to wait/);
  assert.equal(rig.audited.length, 1, "the second request was not looked at");
  assert.equal(rig.store.revision, revision);
});
