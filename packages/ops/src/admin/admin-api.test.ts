import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem, systemRandom, VirtualClock } from "@signalbox/base";
import { PasswordAuthenticator } from "../auth/password-authenticator.ts";
import { HealthRegistry } from "../health/health-registry.ts";
import { StaticCluster } from "../membership/static-cluster.ts";
import { MetricsRegistry } from "../metrics/metrics-registry.ts";
import type { ProfileRequest } from "../profiling/profile-source.ts";
import { PasswordStore } from "../rbac/password-store.ts";
import { Policy } from "../rbac/policy.ts";
import { createAdminApi } from "./admin-api.ts";
import type { AdminCall } from "./admin-call.ts";
import type { AdminAccess, AdminOptions } from "./admin-options.ts";
import type { AdminAnswer } from "./admin-request.ts";

const clock = new VirtualClock();

interface Asked {
  readonly method?: string;
  readonly as?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `as` is `user:password`. */
function asker(
  options: Partial<AdminOptions>,
): (url: string, asked?: Asked) => Promise<AdminAnswer> {
  const admin = createAdminApi({ clock, ...options });
  return (url, { method = "GET", as, headers = {} } = {}) =>
    admin.handle({
      method,
      url,
      headers: {
        ...headers,
        ...(as !== undefined && { authorization: `Basic ${Buffer.from(as).toString("base64")}` }),
      },
      remoteAddress: "10.0.0.1",
      signal: new AbortController().signal,
    });
}

async function bodyOf({ body }: AdminAnswer): Promise<string> {
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  return Buffer.concat(await Array.fromAsync(body)).toString();
}

async function access(): Promise<AdminAccess> {
  const factor = { kind: "pbkdf2-sha256", iterations: 10 } as const;
  const passwords = new PasswordStore({ random: systemRandom, factor });
  const policy = new Policy();
  policy.setRole({ name: "admin", grants: ["admin:*"] });
  policy.setUser("alice", ["admin"]);
  policy.setUser("bob", []);
  await passwords.set("alice", "secret");
  await passwords.set("bob", "secret");
  const random = systemRandom;
  return { authenticator: new PasswordAuthenticator({ clock, random, passwords }), policy };
}

function unwell(): HealthRegistry {
  const health = new HealthRegistry(clock);
  health.register({ name: "db", run: () => {} });
  health.register({ name: "queue", run: () => Promise.reject(new Error("down")) });
  return health;
}

test("the four routes without any configuration (ops §3)", async () => {
  const ask = asker({});
  const TEXT = "text/plain; charset=utf-8";
  const rows = await Promise.all(
    ["/healthz", "/readyz", "/metrics", "/info"].map(async (url) => {
      const answer = await ask(url);
      return [answer.status, answer.headers["content-type"], await bodyOf(answer)];
    }),
  );
  assert.deepEqual(rows, [
    [200, TEXT, "ok\n"],
    [200, "application/json; charset=utf-8", '{"status":"healthy","checks":{}}\n'],
    [200, "text/plain; version=0.0.4; charset=utf-8", ""],
    [200, "application/json; charset=utf-8", "{}\n"],
  ]);
});

test("other methods and other paths (ops §3)", async () => {
  const ask = asker({ health: new HealthRegistry(clock) });
  const post = await ask("/readyz", { method: "POST" });
  assert.deepEqual(
    [post.status, post.headers["allow"], post.body],
    [405, "GET, HEAD", "Method Not Allowed\n"],
  );
  assert.equal((await ask("/drain")).headers["allow"], "POST");
  assert.equal((await ask("/info", { method: "HEAD" })).status, 200);
  for (const url of [
    "/",
    "/other",
    "/info/",
    "/readyz/",
    "/readyz/none",
    "/readyz/%",
    "//info",
    "/constructor",
  ]) {
    const answer = await ask(url);
    assert.deepEqual([answer.status, answer.body], [404, "404 page not found\n"], url);
  }
});

test("every answer says not to be stored nor sniffed", async () => {
  const ask = asker({ access: await access() });
  for (const url of ["/healthz", "/readyz", "/metrics", "/info", "/none"]) {
    const { headers } = await ask(url);
    assert.deepEqual(
      [headers["cache-control"], headers["x-content-type-options"]],
      ["no-store", "nosniff"],
    );
  }
});

test("/healthz is well whatever the checks say; /readyz is 503", async () => {
  const ask = asker({ health: unwell(), revealReasons: true });
  assert.equal((await ask("/healthz")).status, 200);
  const answer = await ask("/readyz");
  assert.deepEqual(
    [answer.status, answer.body],
    [
      503,
      '{"status":"unhealthy","checks":{"db":{"ok":true},"queue":{"ok":false,"error":"down"}}}\n',
    ],
  );
});

test("the matrix of credentials (ops §7)", async () => {
  const ask = asker({ access: await access() });
  const none = await ask("/info");
  assert.deepEqual(
    [none.status, none.headers["www-authenticate"], none.body],
    [401, 'Basic realm="ops"', "unauthorized\n"],
  );
  assert.equal((await ask("/info", { as: "alice:secret" })).status, 200);
  const bob = await ask("/info", { as: "bob:secret" });
  assert.deepEqual([bob.status, bob.body], [403, "forbidden\n"]);
  assert.equal((await ask("/info", { as: "alice:wrong" })).status, 401);
  assert.equal((await ask("/info", { as: "ghost:secret" })).status, 401);
  assert.equal((await ask("/info", { headers: { authorization: "Basic ?" } })).status, 401);
  assert.equal((await ask("/healthz")).status, 200);
  assert.equal((await ask("/metrics")).status, 200);
});

test("the contract's realm can be set", async () => {
  const ask = asker({ access: { ...(await access()), realm: "isopace" } });
  assert.equal((await ask("/info")).headers["www-authenticate"], 'Basic realm="isopace"');
});

test("too many wrong passwords are told when to come back", async () => {
  const ask = asker({ access: await access() });
  for (let n = 0; n < 10; n++) await ask("/info", { as: `user-${n}:guess` });
  const locked = await ask("/info", { as: "alice:secret" });
  assert.deepEqual([locked.status, locked.headers["retry-after"]], [429, "60"]);
});

test("who has no credentials does not read why a check failed", async () => {
  const ask = asker({ health: unwell(), access: await access() });
  const hidden = '"queue":{"ok":false}';
  assert.ok((await bodyOf(await ask("/readyz"))).includes(hidden));
  assert.ok((await bodyOf(await ask("/readyz", { as: "bob:secret" }))).includes(hidden));
  assert.ok((await bodyOf(await ask("/readyz", { as: "alice:wrong" }))).includes(hidden));
  assert.match(await bodyOf(await ask("/readyz", { as: "alice:secret" })), /"error":"down"/);
  assert.equal(
    await bodyOf(await ask("/readyz/queue")),
    "internal server error: reason withheld\n",
  );
  assert.equal(
    await bodyOf(await ask("/readyz/queue", { as: "alice:secret" })),
    "internal server error: down\n",
  );
});

test("Kubernetes' conventions (ops §6.1)", async () => {
  const health = unwell();
  health.register({ name: "loop", probes: ["live"], run: () => {} });
  const ask = asker({ health });
  const rows = async (url: string): Promise<[number, string]> => {
    const answer = await ask(url);
    return [answer.status, await bodyOf(answer)];
  };
  assert.deepEqual(await rows("/livez"), [200, "ok"]);
  assert.deepEqual(await rows("/livez?verbose"), [200, "[+]loop ok\nlivez check passed\n"]);
  assert.deepEqual(await rows("/readyz?verbose"), [
    500,
    "[+]db ok\n[-]queue failed: reason withheld\nreadyz check failed\n",
  ]);
  assert.deepEqual(await rows("/readyz?exclude=queue"), [200, "ok"]);
  assert.deepEqual(await rows("/readyz?verbose&exclude=queue&exclude=x&exclude=y"), [
    200,
    "[+]db ok\n[+]queue excluded: ok\n" +
      'warn: some health checks cannot be excluded: no matches for "x","y"\n' +
      "readyz check passed\n",
  ]);
  assert.deepEqual(await rows("/readyz/db"), [200, "ok"]);
  assert.deepEqual(await rows("/livez/loop"), [200, "ok"]);
  assert.deepEqual(await rows("/livez/db"), [404, "404 page not found\n"]);
  assert.deepEqual(await rows("/startupz"), [200, "ok"]);
  assert.deepEqual(await rows("/startupz/ping"), [200, "ok"]);
  health.startDraining();
  assert.deepEqual(await rows("/readyz?exclude=queue"), [
    500,
    "[+]db ok\n[+]queue excluded: ok\n[-]shutdown failed: reason withheld\nreadyz check failed\n",
  ]);
  assert.deepEqual(await rows("/readyz?exclude=queue&exclude=shutdown"), [200, "ok"]);
  assert.equal((await ask("/readyz/shutdown")).status, 500);
  assert.deepEqual(await rows("/livez"), [200, "ok"]);
});

test("/info, in bytewise order, what is alive over what is written (ops §3)", async () => {
  const cluster = new StaticCluster({
    clock,
    self: { id: "n2", addr: "h2:5000" },
    peers: [{ id: "n1", addr: "h1:5000" }],
  });
  const info = { version: "1", cluster: "overwritten" };
  const ask = asker({ info, cluster, components: () => ["link", "mux"] });
  assert.equal(
    (await ask("/info")).body,
    '{"cluster":[{"id":"n1","addr":"h1:5000","self":false},{"id":"n2","addr":"h2:5000","self":true}],' +
      '"components":["link","mux"],"version":"1"}\n',
  );
  assert.equal((await ask("/components")).body, '["link","mux"]\n');
  const members = JSON.parse(await bodyOf(await ask("/members"))) as { state: string }[];
  assert.deepEqual(
    members.map(({ state }) => state),
    ["alive", "alive"],
  );
  assert.equal((await asker({ components: () => null })("/info")).body, '{"components":null}\n');
});

test("statistics, and which metrics have too many series", async () => {
  const metrics = new MetricsRegistry({ clock });
  metrics.counter("c_total").add(1, { user: "a" });
  const ask = asker({ metrics, statistics: { queue: () => ({ depth: 3 }) } });
  assert.equal((await ask("/statistics")).body, '{"queue":{"depth":3}}\n');
  assert.match(await bodyOf(await ask("/metrics/cardinality")), /"metric":"c_total","series":1/);
  assert.equal(
    await bodyOf(await ask("/metrics")),
    '# TYPE c_total counter\nc_total{user="a"} 1\n',
  );
});

test("a probe is answered also when nobody can check its credentials", async () => {
  const faults: unknown[] = [];
  const broken = { authenticate: () => Promise.reject(new Error("identity is away")) };
  const ask = asker({
    health: unwell(),
    access: { ...(await access()), authenticator: broken },
    onFault: (error) => faults.push(error),
  });
  const probe = await ask("/readyz", { as: "alice:secret" });
  assert.equal(probe.status, 503);
  assert.ok((await bodyOf(probe)).includes('"queue":{"ok":false}'));
  assert.equal((await ask("/info", { as: "alice:secret" })).status, 500);
  assert.equal(faults.length, 2);
});

test("the log's level is read and changed", async () => {
  const log = { level: "info" };
  const ask = asker({ log, access: await access() });
  const as = "alice:secret";
  assert.equal((await ask("/log-level", { as })).body, '{"level":"info"}\n');
  const changed = await ask("/log-level?level=debug", { as, method: "PUT" });
  assert.deepEqual([changed.status, log.level], [200, "debug"]);
  const odd = await ask("/log-level?level=loud", { as, method: "PUT" });
  assert.deepEqual([odd.status, log.level], [400, "debug"]);
  assert.equal((await ask("/log-level", { method: "POST" })).headers["allow"], "GET, HEAD, PUT");
});

test("draining fails readiness before the program is told to stop", async () => {
  const health = new HealthRegistry(clock);
  let wasDraining: boolean | undefined;
  const drain = (): void => void (wasDraining = health.isDraining);
  const ask = asker({ health, drain, access: await access() });
  const answer = await ask("/drain", { as: "alice:secret", method: "POST" });
  assert.deepEqual([answer.status, answer.body, wasDraining], [202, "draining\n", true]);
  assert.equal((await ask("/readyz")).status, 503);
});

test("without anybody to check credentials, nothing can be changed", async () => {
  const health = new HealthRegistry(clock);
  const answer = await asker({ health })("/drain", { method: "POST" });
  assert.deepEqual([answer.status, health.isDraining], [403, false]);
});

test("what another site makes a browser ask for is refused", async () => {
  const health = new HealthRegistry(clock);
  const ask = asker({ health, access: await access() });
  const asked = { as: "alice:secret", method: "POST" };
  const forged = await ask("/drain", { ...asked, headers: { "sec-fetch-site": "cross-site" } });
  assert.deepEqual([forged.status, health.isDraining], [403, false]);
  const own = await ask("/drain", { ...asked, headers: { "sec-fetch-site": "same-origin" } });
  assert.equal(own.status, 202);
});

test("profiles: what is asked for, and what is refused", async () => {
  const taken: Partial<ProfileRequest>[] = [];
  const profiles = {
    take: ({ kind, format, durationMs }: ProfileRequest) => {
      taken.push({ kind, format, durationMs });
      if (taken.length > 1) throw new Problem("conflict", "busy", { retryAfterMs: 2500 });
      const body = Buffer.from("profile");
      return Promise.resolve({ contentType: "application/x", fileName: "cpu.pprof", body });
    },
  };
  const ask = asker({ profiles, access: await access() });
  const asked = { as: "alice:secret", method: "POST" };
  const answer = await ask("/profiles/cpu?seconds=2&format=devtools", asked);
  assert.deepEqual(
    [answer.status, answer.headers["content-disposition"], await bodyOf(answer)],
    [200, 'attachment; filename="cpu.pprof"', "profile"],
  );
  assert.deepEqual(taken, [{ kind: "cpu", format: "devtools", durationMs: 2000 }]);
  const busy = await ask("/profiles/heap", asked);
  assert.deepEqual([busy.status, busy.headers["retry-after"], busy.body], [409, "3", "busy\n"]);
  assert.equal((await ask("/profiles/other", asked)).status, 404);
  assert.equal((await ask("/profiles/cpu?seconds=-1", asked)).status, 400);
  assert.equal((await ask("/profiles/cpu?format=x", asked)).status, 400);
  assert.equal((await ask("/profiles/cpu", { method: "POST" })).status, 401);
});

test("why a user may is explained", async () => {
  const ask = asker({ access: await access() });
  const as = "alice:secret";
  const answer = await ask("/rbac/explain?user=bob&perm=admin:read", { as });
  assert.equal(answer.body, '{"allowed":false,"because":"not_granted","roles":[]}\n');
  assert.equal((await ask("/rbac/explain?user=bob", { as })).status, 400);
});

test("every call is told of, with who called and how it ended", async () => {
  const calls: AdminCall[] = [];
  const ask = asker({ access: await access(), onCall: (call) => calls.push(call) });
  await ask("/info?secret=1", { as: "alice:secret" });
  await ask("/info", { as: "alice:wrong" });
  await ask("/healthz");
  await ask("/none");
  assert.deepEqual(
    calls.map(({ method, path, user, status, sourceAddress }) => ({
      method,
      path,
      user,
      status,
      sourceAddress,
    })),
    [
      { path: "/info", user: "alice", status: 200 },
      { path: "/info", user: undefined, status: 401 },
      { path: "/healthz", user: undefined, status: 200 },
      { path: "/none", user: undefined, status: 404 },
    ].map((row) => ({ method: "GET", sourceAddress: "10.0.0.1", ...row })),
  );
});

test("what a part throws reaches the log, not the caller", async () => {
  const faults: unknown[] = [];
  const secret = new Error("password of the database");
  const ask = asker({
    components: () => {
      throw secret;
    },
    onFault: (error) => faults.push(error),
  });
  const answer = await ask("/info");
  assert.deepEqual([answer.status, answer.body], [500, "internal server error\n"]);
  assert.deepEqual(faults, [secret]);
});
