import assert from "node:assert/strict";
import { test } from "node:test";
import { systemRandom, VirtualClock } from "@signalbox/base";
import { PasswordStore } from "../rbac/password-store.ts";
import { type AuthOutcome, type Credentials, firstOf } from "./authenticator.ts";
import { bearerAuthenticator } from "./bearer-authenticator.ts";
import { certificateAuthenticator } from "./certificate-authenticator.ts";
import {
  PasswordAuthenticator,
  type PasswordAuthenticatorOptions,
} from "./password-authenticator.ts";

const quiet = new AbortController().signal;

const from = (
  remoteAddress: string,
  authorization?: string,
  certificateName?: string,
): Credentials => ({
  authorization,
  certificateName,
  remoteAddress,
});

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

/** Counts how often a password was really checked. */
class CountingStore extends PasswordStore {
  checks = 0;
  running = 0;
  mostAtOnce = 0;

  override async verify(user: string, password: string | Uint8Array): Promise<boolean> {
    this.checks++;
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.running);
    try {
      return await super.verify(user, password);
    } finally {
      this.running--;
    }
  }
}

async function setUp(options: Partial<PasswordAuthenticatorOptions> = {}) {
  const clock = new VirtualClock();
  const factor = { kind: "pbkdf2-sha256", iterations: 1000 } as const;
  const passwords = new CountingStore({ random: systemRandom, factor });
  await passwords.set("alice", "secret");
  const random = systemRandom;
  return {
    clock,
    passwords,
    authenticator: new PasswordAuthenticator({ clock, random, passwords, ...options }),
  };
}

test("unknown user and wrong password are refused alike", async () => {
  const { authenticator } = await setUp();
  const ask = (header?: string) => authenticator.authenticate(from("10.0.0.1", header), quiet);
  assert.deepEqual(await ask(basic("alice", "secret")), { outcome: "accepted", user: "alice" });
  assert.deepEqual(await ask(basic("alice", "wrong")), { outcome: "refused" });
  assert.deepEqual(await ask(basic("ghost", "secret")), { outcome: "refused" });
  assert.deepEqual(await ask("Basic !!!"), { outcome: "refused" });
  assert.deepEqual(await ask(basic("x".repeat(257), "secret")), { outcome: "refused" });
  assert.deepEqual(await ask("Bearer x"), { outcome: "absent" });
  assert.deepEqual(await ask(), { outcome: "absent" });
});

test("a right password is remembered for seconds, until it changes", async () => {
  const { authenticator, passwords, clock } = await setUp({ rememberMs: 5000 });
  const ask = (password: string) =>
    authenticator.authenticate(from("10.0.0.1", basic("alice", password)), quiet);
  await ask("secret");
  await ask("secret");
  assert.equal(passwords.checks, 1);
  await clock.advance(5000);
  await ask("secret");
  assert.equal(passwords.checks, 2);
  await passwords.set("alice", "new");
  assert.equal((await ask("secret")).outcome, "refused");
  assert.equal((await ask("new")).outcome, "accepted");
  passwords.remove("alice");
  assert.equal((await ask("new")).outcome, "refused");
});

test("a flood of wrong passwords costs a bounded number of checks, and the verified pass", async () => {
  const { authenticator, passwords } = await setUp();
  const right = from("10.0.0.1", basic("alice", "secret"));
  await authenticator.authenticate(right, quiet);
  const flood = (): Promise<AuthOutcome[]> =>
    Promise.all(
      Array.from({ length: 500 }, (_, n) =>
        authenticator.authenticate(from("10.0.0.1", basic(`user-${n}`, "guess")), quiet),
      ),
    );
  // Four at a time, and ten in all.
  const answers = [await flood(), await flood(), await flood(), await flood()].flat();
  const refused = answers.filter(({ outcome }) => outcome === "refused");
  const delayed = answers.filter(({ outcome }) => outcome === "delayed");
  assert.deepEqual([refused.length, delayed.length], [10, 1990]);
  assert.equal(passwords.checks, 11);
  assert.ok(passwords.mostAtOnce <= 2);
  assert.equal((await authenticator.authenticate(right, quiet)).outcome, "accepted");
  assert.equal(passwords.checks, 11);
});

test("who was verified before a flood from his own address is served throughout", async () => {
  const { authenticator, passwords, clock } = await setUp();
  const ask = (user: string, password: string): Promise<AuthOutcome> =>
    authenticator.authenticate(from("10.0.0.1", basic(user, password)), quiet);
  assert.equal((await ask("alice", "secret")).outcome, "accepted");
  for (let seconds = 0; seconds < 300; seconds += 30) {
    for (let n = 0; n < 20; n++) await ask(`user-${n}`, "guess");
    assert.equal((await ask("nobody", "guess")).outcome, "delayed", "the address is locked out");
    assert.equal((await ask("alice", "secret")).outcome, "accepted", `after ${seconds} s`);
    await clock.advance(30_000);
  }
  // Ten of each minute's guesses, and alice's once.
  assert.equal(passwords.checks, 1 + 5 * 10);
});

test("during a flood from many sources the owner gets in from a new one after a short delay", async () => {
  const { authenticator, clock } = await setUp();
  for (let n = 0; n < 20; n++) {
    const guess = from(`10.0.1.${n}`, basic("alice", "guess"));
    const answer = authenticator.authenticate(guess, quiet);
    await clock.advance(1000);
    await answer;
  }
  const answer = authenticator.authenticate(from("10.0.2.1", basic("alice", "secret")), quiet);
  await clock.advance(1000);
  assert.equal((await answer).outcome, "accepted");
});

test("attempts beyond what may wait are told to come back", async () => {
  const { authenticator } = await setUp({ maxPending: 3 });
  const answers = await Promise.all(
    Array.from({ length: 5 }, (_, n) =>
      authenticator.authenticate(from(`10.0.0.${n}`, basic("alice", "secret")), quiet),
    ),
  );
  assert.deepEqual(
    answers.map(({ outcome }) => outcome),
    ["accepted", "accepted", "accepted", "delayed", "delayed"],
  );
});

test("who leaves while waiting causes no work", async () => {
  const { authenticator, passwords } = await setUp();
  const gone = AbortSignal.abort();
  const answer = await authenticator.authenticate(from("10.0.0.1", basic("alice", "secret")), gone);
  assert.deepEqual([answer.outcome, passwords.checks], ["refused", 0]);
});

test("bearer tokens", async () => {
  const tokens = bearerAuthenticator([
    { user: "bot", token: "t1" },
    { user: "admin", token: "t2" },
  ]);
  const ask = (header: string) => tokens.authenticate(from("10.0.0.1", header), quiet);
  assert.deepEqual(await ask("bearer  t2"), { outcome: "accepted", user: "admin" });
  assert.deepEqual(await ask("Bearer t3"), { outcome: "refused" });
  assert.deepEqual(await ask("Bearer"), { outcome: "absent" });
});

test("certificates, and the first that knows the kind of credentials decides", async () => {
  const { authenticator } = await setUp();
  const certificates = certificateAuthenticator((name) => (name === "ops" ? "admin" : undefined));
  const all = firstOf([authenticator, certificates]);
  const ask = (credentials: Credentials) => all.authenticate(credentials, quiet);
  assert.deepEqual(await ask(from("10.0.0.1", undefined, "ops")), {
    outcome: "accepted",
    user: "admin",
  });
  assert.deepEqual(await ask(from("10.0.0.1", undefined, "other")), { outcome: "refused" });
  assert.deepEqual(await ask(from("10.0.0.1", basic("alice", "no"), "ops")), {
    outcome: "refused",
  });
  assert.deepEqual(await ask(from("10.0.0.1")), { outcome: "absent" });
});
