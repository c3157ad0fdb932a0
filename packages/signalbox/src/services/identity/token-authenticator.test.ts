import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Problem, seededRandom, silentLog, VirtualClock } from "@signalbox/base";
import { allows, type Authenticator, type Credentials, type Principal } from "@signalbox/http";
import { FailureLimiter } from "./failure-limiter.ts";
import { createRoleCatalogue, type RoleCatalogue } from "./role-catalogue.ts";
import { bindSystemAccounts } from "./system-accounts.ts";
import { createTokenAdmin, type TokenAdmin } from "./token-admin.ts";
import { createTokenAuthenticator } from "./token-authenticator.ts";
import { createTokenSource } from "./token-source.ts";

const ORGANIZATION = "a3bb189e-8bf9-4888-9912-ace4e6543002";
const PROJECT = "b3bb189e-8bf9-4888-9912-ace4e6543002";
const READ = { endpoint: "region:servers", verb: "read", scope: "project" } as const;
const POWER = { ...READ, verb: "power" };
const HERE = { organizationId: ORGANIZATION, projectId: PROJECT };

describe("createTokenAuthenticator", () => {
  let directory: string;
  let path: string;
  let clock: VirtualClock;
  let roles: RoleCatalogue;
  let admin: TokenAdmin;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "tokens-"));
    path = join(directory, "tokens.json");
    clock = new VirtualClock();
    roles = createRoleCatalogue([]);
    admin = createTokenAdmin(path, { roles, clock, random: seededRandom(7) });
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function authenticator(): Authenticator {
    return createTokenAuthenticator({
      tokens: createTokenSource(path, { clock, log: silentLog }),
      roles,
      systemAccounts: bindSystemAccounts(
        [{ commonName: "uni-compute", role: "compute-service" }],
        roles,
      ),
      failures: new FailureLimiter(clock),
      clock,
      log: silentLog,
    });
  }

  function ask(service: Authenticator, credentials: Partial<Credentials>): Promise<Principal> {
    const nobody = {
      authorization: undefined,
      certificateName: undefined,
      principalHeader: undefined,
    };
    return service.authenticate(
      { ...nobody, remoteAddress: "192.0.2.1", ...credentials },
      new AbortController().signal,
    );
  }

  const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
  const forwarded = (actor: string) =>
    Buffer.from(JSON.stringify({ actor, organizationIds: ["elsewhere"] })).toString("base64url");
  const refused = (code: "unauthenticated" | "invalid_request") => (error: unknown) =>
    Problem.is(error, code);

  async function userToken(lifetimeMs?: number): Promise<string> {
    const { text } = await admin.create({
      name: "alice",
      role: "user",
      organizationId: ORGANIZATION,
      projectId: PROJECT,
      lifetimeMs,
    });
    return text;
  }

  test("a token holds its role where it says and nowhere else", async () => {
    const token = await userToken();
    const principal = await ask(authenticator(), bearer(token));
    assert.equal(principal.kind, "user");
    assert.ok(allows(principal, POWER, HERE));
    assert.ok(!allows(principal, READ, { ...HERE, projectId: ORGANIZATION }));
    assert.ok(!allows(principal, READ, {}));
    assert.deepEqual(principal.organizationIds, [ORGANIZATION]);
  });

  test("a token that is wrong, altered or unknown is refused", async () => {
    const token = await userToken();
    const service = authenticator();
    const altered = `${token.slice(0, -2)}${token.endsWith("AA") ? "BB" : "AA"}`;
    const unknown = `sbx_${"0".repeat(16)}_${"A".repeat(43)}`;
    const headers = [altered, unknown, "x", `${token}x`].map((text) => `Bearer ${text}`);
    // Each from an address of its own, so that none is slowed down.
    for (const [index, authorization] of [...headers, `Basic ${token}`, undefined].entries()) {
      const attempt = ask(service, { authorization, remoteAddress: `192.0.2.${index}` });
      await assert.rejects(attempt, refused("unauthenticated"));
    }
  });

  test("a token ends when it expires", async () => {
    const token = await userToken(60_000);
    const service = authenticator();
    await clock.advance(59_999);
    await ask(service, bearer(token));
    await clock.advance(1);
    await assert.rejects(ask(service, bearer(token)), refused("unauthenticated"));
  });

  test("the running service sees tokens that are made and revoked beside it", async () => {
    const first = await userToken();
    const service = authenticator();
    const { text, record } = await admin.create({ name: "ci", role: "platform-reader" });
    await clock.advance(250);
    assert.ok((await ask(service, bearer(text))).access.global.has("region:servers:read"));
    await admin.revoke(record.id);
    await clock.advance(250);
    await assert.rejects(ask(service, bearer(text)), refused("unauthenticated"));
    await ask(service, bearer(first));
  });

  test("a token file that becomes unreadable keeps the tokens of before", async () => {
    const token = await userToken();
    const service = authenticator();
    writeFileSync(path, "{ not json");
    await clock.advance(250);
    await ask(service, bearer(token));
    assert.throws(() => authenticator(), /is not JSON/, "a start is strict");
  });

  test("without a certificate X-Principal is not looked at", async () => {
    const token = await userToken();
    const service = authenticator();
    const header = { principalHeader: forwarded("mallory") };
    const principal = await ask(service, { ...bearer(token), ...header });
    assert.equal(principal.actor, principal.subject);
    await assert.rejects(ask(service, header), refused("unauthenticated"));
  });

  test("a certificate authenticates its system account, and needs X-Principal", async () => {
    await userToken();
    const service = authenticator();
    const certificate = { certificateName: "uni-compute" };
    await assert.rejects(ask(service, certificate), refused("invalid_request"));
    await assert.rejects(
      ask(service, { ...certificate, principalHeader: "!" }),
      refused("invalid_request"),
    );
    const principal = await ask(service, { ...certificate, principalHeader: forwarded("alice") });
    assert.equal(principal.kind, "system");
    assert.equal(principal.subject, "uni-compute");
    assert.equal(principal.actor, "alice");
    assert.deepEqual(principal.organizationIds, [], "what is forwarded grants nothing");
  });

  test("with both, the token has the authority and X-Principal the attribution", async () => {
    const token = await userToken();
    const service = authenticator();
    const both = { ...bearer(token), certificateName: "uni-compute" };
    await assert.rejects(ask(service, both), refused("invalid_request"));
    const principal = await ask(service, { ...both, principalHeader: forwarded("bob") });
    assert.equal(principal.actor, "bob");
    assert.equal(principal.access.global.size, 0, "nothing of the system account's");
    await assert.rejects(
      ask(service, {
        ...bearer("x"),
        certificateName: "uni-compute",
        principalHeader: forwarded("b"),
      }),
      refused("unauthenticated"),
    );
  });

  test("a certificate of an unregistered name is refused, also beside a good token", async () => {
    const token = await userToken();
    const service = authenticator();
    const stranger = { certificateName: "stranger", principalHeader: forwarded("a") };
    await assert.rejects(ask(service, stranger), refused("unauthenticated"));
    await assert.rejects(
      ask(service, { ...bearer(token), ...stranger }),
      refused("unauthenticated"),
    );
  });

  test("good credentials are never held back by failures from the same address", async () => {
    const token = await userToken();
    const service = authenticator();
    for (let index = 0; index < 5; index++) {
      await assert.rejects(ask(service, bearer("x")), refused("unauthenticated"));
    }
    const slowed = assert.rejects(ask(service, bearer("x")), refused("unauthenticated"));
    await ask(service, bearer(token));
    assert.equal(clock.pending, 1, "the failure is held back meanwhile");
    await clock.advance(100);
    await slowed;
    assert.equal(clock.pending, 0);
  });
});
