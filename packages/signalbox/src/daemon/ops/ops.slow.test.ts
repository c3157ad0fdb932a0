import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { systemRandom } from "@signalbox/base";
import { hashPassword, passwordText } from "@signalbox/ops";
import { runCommand, serveArguments, SpawnedDaemon } from "../testing/spawned-daemon.ts";
import { metricCatalogue } from "./metric-catalogue.ts";

let directory: string;
let daemons: SpawnedDaemon[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "ops-"));
  daemons = [];
});
afterEach(async () => {
  await Promise.all(daemons.map((daemon) => daemon.stop("SIGKILL")));
  rmSync(directory, { recursive: true });
});

async function startDaemon(...args: readonly string[]): Promise<SpawnedDaemon> {
  const daemon = await SpawnedDaemon.start(join(directory, "data"), args);
  daemons.push(daemon);
  return daemon;
}

interface AskOptions {
  readonly method?: string;
  readonly as?: string;
}

/** Asks the ops listener; `as` is an authorization header. */
async function ask(
  daemon: SpawnedDaemon,
  path: string,
  { method = "GET", as }: AskOptions = {},
): Promise<{ status: number; text: string }> {
  const headers: Record<string, string> = as === undefined ? {} : { authorization: as };
  const response = await fetch(`${daemon.endpoints.ops}${path}`, { method, headers });
  return { status: response.status, text: await response.text() };
}

const bearer = (daemon: SpawnedDaemon): string => `Bearer ${daemon.adminToken}`;
const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

/** `grpc.health.v1.Health/Check`: 1 serving, 2 not serving. */
async function grpcHealth(daemon: SpawnedDaemon, service = ""): Promise<number | undefined> {
  const session = connect(`http://${daemon.endpoints.xds}`);
  try {
    const name = Buffer.from(service);
    const message = service === "" ? name : Buffer.concat([Buffer.of(10, name.length), name]);
    const frame = Buffer.concat([Buffer.of(0, 0, 0, 0, message.length), message]);
    const stream = session.request({
      ":method": "POST",
      ":path": "/grpc.health.v1.Health/Check",
      "content-type": "application/grpc",
      te: "trailers",
    });
    stream.end(frame);
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    await once(stream, "end");
    return Buffer.concat(chunks).at(-1);
  } finally {
    session.destroy();
  }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition()));
}

test("only health and metrics are open; everything else knows its callers and is written down", async () => {
  const config = join(directory, "config.json");
  const password = passwordText(
    await hashPassword("open sesame", {
      random: systemRandom,
      factor: { kind: "pbkdf2-sha256", iterations: 1000 },
    }),
  );
  const users = [
    { name: "alice", password, role: "platform-reader" },
    { name: "bob", password, role: "levels" },
  ];
  const roles = [{ name: "levels", global: ["ops:admin:loglevel"] }];
  writeFileSync(config, JSON.stringify({ opsUsers: users, roles }));
  const daemon = await startDaemon("--config", config);

  for (const path of ["/healthz", "/livez", "/readyz", "/startupz", "/readyz/store", "/metrics"]) {
    assert.equal((await ask(daemon, path)).status, 200, path);
  }
  const guarded = ["/info", "/components", "/members", "/statistics", "/metrics/cardinality"];
  for (const path of [...guarded, "/log-level", "/rbac/explain?user=a&perm=b"]) {
    assert.equal((await ask(daemon, path)).status, 401, path);
    assert.equal((await ask(daemon, path, { as: "Bearer x" })).status, 401, path);
    assert.equal((await ask(daemon, path, { as: bearer(daemon) })).status, 200, path);
  }
  for (const path of ["/drain", "/profiles/cpu"]) {
    assert.equal((await ask(daemon, path, { method: "POST" })).status, 401, path);
  }

  const alice = { as: basic("alice", "open sesame") };
  assert.equal((await ask(daemon, "/info", alice)).status, 200);
  const put = { method: "PUT", ...alice };
  assert.equal((await ask(daemon, "/log-level?level=debug", put)).status, 403);
  const bob = { as: basic("bob", "open sesame"), method: "PUT" };
  assert.equal((await ask(daemon, "/log-level?level=debug", bob)).status, 200);
  await daemon.fetch("/api/v2/networks");
  const statistics = await ask(daemon, "/statistics", { as: bearer(daemon) });
  const parts = Object.keys(JSON.parse(statistics.text) as object);
  for (const part of ["store", "controllers", "xds", "rest", "consoles"]) {
    assert.ok(parts.includes(part), part);
  }
  const [member] = JSON.parse((await ask(daemon, "/members", { as: bearer(daemon) })).text) as {
    addr: string;
    self: boolean;
  }[];
  assert.deepEqual([member?.self, `http://${member?.addr}`], [true, daemon.endpoints.ops]);

  let status = 0;
  for (let n = 0; n < 12 && status !== 429; n++) {
    ({ status } = await ask(daemon, "/info", { as: basic("alice", `wrong ${n}`) }));
  }
  assert.equal(status, 429);

  // Calls are answered before they are written down; at the end all of them are.
  const { stderr } = await daemon.stop();
  assert.match(stderr, /"level":"debug".*"request"/);

  const events = readFileSync(join(directory, "data/audit/audit.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown> & { outcome: { status: number } });
  const seen = events.map(
    ({ actor, operation, verb, path, outcome }) =>
      `${String(actor)} ${String(operation)} ${String(verb)} ${String(path)} ${outcome.status}`,
  );
  assert.ok(seen.includes("alice admin:read GET /info 200"));
  assert.ok(seen.includes("alice admin:log-level PUT /log-level 403"));
  assert.ok(seen.includes("bob admin:log-level PUT /log-level 200"));
  assert.ok(seen.includes("undefined admin:drain POST /drain 401"));
  assert.ok(!seen.some((line) => line.includes("/metrics ") || line.includes("/readyz")));
  assert.ok(!JSON.stringify(events).includes("sesame"));
});

test("what fails is named to all, and why to who may know", async () => {
  const daemon = await startDaemon("--min-free-disk", "4000000 GB");
  const anonymous = await ask(daemon, "/readyz");
  assert.equal(anonymous.status, 503);
  assert.match(anonymous.text, /"disk":\{"ok":false\}.*"store":\{"ok":true\}/);
  const known = await ask(daemon, "/readyz?verbose", { as: bearer(daemon) });
  assert.match(known.text, /\[-\]disk failed: \d+ MiB are free where .*\/data is, less than/);
  assert.equal((await ask(daemon, "/readyz/disk")).status, 500);
  assert.equal((await ask(daemon, "/readyz?exclude=disk")).status, 200);
  assert.equal((await ask(daemon, "/livez")).status, 200);
  // The last look may be one from before the listener was open, at which all was unwell.
  const served = "envoy.service.discovery.v3.AggregatedDiscoveryService";
  await until(async () => (await grpcHealth(daemon, served)) === 1);
  assert.equal(await grpcHealth(daemon), 2);
});

test("told to stop, it is not ready first, and serves on until the delay is over", async () => {
  const daemon = await startDaemon("--shutdown-delay", "1h");
  await until(async () => (await grpcHealth(daemon)) === 1);
  daemon.process.kill("SIGTERM");
  await until(async () => (await ask(daemon, "/readyz")).status === 503);
  const { text } = await ask(daemon, "/readyz?verbose", { as: bearer(daemon) });
  assert.match(text, /\[-\]shutdown failed: shutting down/);
  assert.equal(await grpcHealth(daemon), 2);
  assert.equal((await ask(daemon, "/livez")).status, 200);
  assert.equal((await daemon.fetch("/api/v2/networks")).status, 200);
  await daemon.stop("SIGKILL");

  const brief = await startDaemon("--shutdown-delay", "1s");
  assert.equal((await brief.stop()).code, 0);
});

test("an operator drains it over the admin API, and takes a profile before", async () => {
  const daemon = await startDaemon("--listen-profiling", "127.0.0.1:0");
  const post = { method: "POST", as: bearer(daemon) };
  const delays = await ask(daemon, "/profiles/event-loop?seconds=0.1", post);
  assert.equal(delays.status, 200);
  assert.match(delays.text, /p99/);
  const profile = await fetch(`${daemon.endpoints.profiling}/debug/pprof/profile?seconds=0.1`);
  const [first, second] = new Uint8Array(await profile.arrayBuffer());
  assert.deepEqual([first, second], [0x1f, 0x8b]);
  assert.equal((await ask(daemon, "/drain", post)).status, 202);
  assert.equal((await daemon.exited).code, 0);
});

test("every metric that it reports is in the catalogue, under its kind and words", async () => {
  const daemon = await startDaemon();
  await daemon.fetch("/api/v2/networks");
  await until(async () => (await grpcHealth(daemon)) === 1);
  const { text } = await ask(daemon, "/metrics");
  const catalogue = metricCatalogue().flatMap(({ metrics }) => metrics);
  const known = new Map(catalogue.map(({ name, kind, help }) => [name, { kind, help }]));
  const kinds = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  assert.ok(kinds.length > 40, `${kinds.length} metrics`);
  for (const [, name = "", kind] of kinds) {
    assert.equal(known.get(name)?.kind, kind, name);
    assert.ok(text.includes(`# HELP ${name} ${known.get(name)?.help}\n`), name);
  }
});

test("a directory in the place of a file is one clear error", async () => {
  const data = join(directory, "data");
  for (const name of ["endpoints.json", "audit/audit.jsonl"]) {
    mkdirSync(join(data, name), { recursive: true });
    const { code, stderr } = await runCommand(serveArguments(data));
    assert.equal(code, 74, stderr);
    assert.match(stderr, new RegExp(`signalbox: .*${name} .*is a directory`));
    assert.doesNotMatch(stderr, /\n\s+at /);
    rmSync(join(data, name), { recursive: true });
  }
});

test("profiles are refused beyond loopback", async () => {
  const args = serveArguments(join(directory, "data"), ["--listen-profiling", "0.0.0.0:0"]);
  const { code, stderr } = await runCommand(args);
  assert.equal(code, 78, stderr);
  assert.match(stderr, /listen\.profiling: shows profiles to whoever reaches it/);
});
