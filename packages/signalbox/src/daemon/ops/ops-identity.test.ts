import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem, seededRandom, systemRandom, VirtualClock } from "@signalbox/base";
import { hashPassword, passwordText } from "@signalbox/ops";
import { createRoleCatalogue } from "../../services/identity/role-catalogue.ts";
import { newToken } from "../../services/identity/token.ts";
import type { TokenRecord } from "../../services/identity/token-record.ts";
import { createOpsIdentity, type OpsIdentity } from "./ops-identity.ts";

const NEVER = new AbortController().signal;
const LEVELS = { name: "levels", global: ["ops:admin:loglevel", "region:servers:read"] };
const roles = createRoleCatalogue([LEVELS]);
const random = seededRandom(7);

interface Config {
  readonly opsUsers?: { name: string; password: string; role: string }[];
  readonly systemAccounts?: { commonName: string; role: string }[];
}

function identityOf(
  { opsUsers = [], systemAccounts = [] }: Config,
  clock = new VirtualClock(),
  tokens: ReadonlyMap<string, TokenRecord> = new Map(),
): OpsIdentity {
  const source = { find: (id: string) => tokens.get(id) };
  const deps = { tokens: source, roles, clock, random: systemRandom };
  return createOpsIdentity({ opsUsers, systemAccounts }, deps);
}

function token(role: string, expiresAt?: string): { text: string; record: TokenRecord } {
  const { id, hash, text } = newToken(random);
  const createdAt = "2026-01-01T00:00:00Z";
  return {
    text,
    record: { id, hash, name: role, role, createdAt, ...(expiresAt && { expiresAt }) },
  };
}

const bearer = (text: string) => ({
  authorization: `Bearer ${text}`,
  certificateName: undefined,
  remoteAddress: "127.0.0.1",
});

test("tokens of the region API are taken, as long as they hold", async () => {
  const clock = new VirtualClock();
  const admin = token("platform-administrator");
  const old = token("platform-administrator", new Date(clock.now() + 1000).toISOString());
  const tokens = new Map([admin, old].map(({ record }) => [record.id, record]));
  const { authenticator, policy } = identityOf({}, clock, tokens);
  const outcome = async (text: string) => authenticator.authenticate(bearer(text), NEVER);
  assert.deepEqual(await outcome(admin.text), { outcome: "accepted", user: admin.record.id });
  assert.equal((await outcome(old.text)).outcome, "accepted");
  assert.equal((await outcome(admin.text.replace(/.$/, "!"))).outcome, "refused");
  assert.equal((await outcome("x")).outcome, "refused");
  await clock.advance(1000);
  assert.equal((await outcome(old.text)).outcome, "refused");
  assert.equal(policy.explain(admin.record.id, "admin:drain").allowed, true);
  tokens.delete(admin.record.id);
  assert.equal((await outcome(admin.text)).outcome, "refused");
  assert.equal(policy.explain(admin.record.id, "admin:drain").allowed, false);
});

test("many wrong tokens from one address are answered later and later", async () => {
  const clock = new VirtualClock();
  const { authenticator } = identityOf({}, clock);
  for (let n = 0; n < 5; n++) await authenticator.authenticate(bearer("x"), NEVER);
  let isAnswered = false;
  const sixth = authenticator.authenticate(bearer("x"), NEVER).then(() => (isAnswered = true));
  await clock.advance(99);
  assert.equal(isAnswered, false);
  await clock.advance(1);
  await sixth;
});

test("a certificate is its system account, if there is one", async () => {
  const { authenticator, policy } = identityOf({
    systemAccounts: [{ commonName: "prober", role: "platform-reader" }],
  });
  const outcome = (certificateName: string) =>
    authenticator.authenticate(
      { authorization: undefined, certificateName, remoteAddress: "10.0.0.1" },
      NEVER,
    );
  assert.deepEqual(await outcome("prober"), { outcome: "accepted", user: "prober" });
  assert.equal((await outcome("stranger")).outcome, "refused");
  assert.equal(policy.explain("prober", "admin:read").allowed, true);
  assert.equal(policy.explain("prober", "admin:profile").allowed, false);
});

test("declared roles grant what they say of the admin API, and nothing of it otherwise", async () => {
  const password = passwordText(
    await hashPassword("p", { random, factor: { kind: "pbkdf2-sha256", iterations: 1000 } }),
  );
  const users = [
    { name: "bob", password, role: "levels" },
    { name: "eve", password, role: "administrator" },
  ];
  const { policy } = identityOf({ opsUsers: users });
  assert.equal(policy.explain("bob", "admin:log-level").allowed, true);
  for (const verb of ["read", "drain", "profile", "rbac"]) {
    assert.equal(policy.explain("bob", `admin:${verb}`).allowed, false, verb);
  }
  assert.equal(policy.explain("eve", "admin:read").allowed, false);
  assert.deepEqual(policy.explain("nobody", "admin:read"), {
    allowed: false,
    because: "unknown_user",
  });
});

test("users who cannot be told from others, and hashes that are none, are refused at the start", () => {
  const password = "$pbkdf2-sha256$i=1000$AAAA$AAAA";
  const faults: Config[] = [
    { opsUsers: [{ name: "0123456789abcdef", password, role: "levels" }] },
    {
      opsUsers: [{ name: "ci", password, role: "levels" }],
      systemAccounts: [{ commonName: "ci", role: "platform-reader" }],
    },
    { systemAccounts: [{ commonName: "0123456789abcdef", role: "platform-reader" }] },
    { opsUsers: [{ name: "ci", password, role: "unknown" }] },
    { opsUsers: [{ name: "ci", password: "$md5$AAAA", role: "levels" }] },
  ];
  for (const config of faults) {
    assert.throws(
      () => identityOf(config),
      (error) => Problem.is(error, "config_invalid"),
    );
  }
});
