import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import {
  runCommand,
  runUntilLogged,
  serveArguments,
  SpawnedDaemon,
} from "./testing/spawned-daemon.ts";

let directory: string;
let daemons: SpawnedDaemon[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "daemon-"));
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

const inData = (name: string): string => join(directory, "data", name);
const modeOf = (path: string): number => statSync(path).mode & 0o777;

test("a first start needs no ids, keeps its secrets, and says where it listens", async () => {
  const daemon = await startDaemon();
  const { rest, ops, xds, nodeApi, enrol, region, organization, project } = daemon.endpoints;
  const listeners = [
    ...[`rest  ${rest}`, `ops   ${ops}`, `xds   ${xds}`],
    ...[`node  ${nodeApi}`, `enrol ${enrol}`],
  ];
  assert.deepEqual(daemon.lines.slice(0, 5), listeners);
  assert.match(daemon.lines[5] ?? "", /^ready /);
  for (const id of [region, organization, project]) assert.match(id ?? "", /^[a-f][0-9a-f-]{35}$/);
  assert.equal(modeOf(inData("")), 0o700);
  for (const name of ["admin.token", "tokens.json", "endpoints.json", "config.yaml"]) {
    assert.equal(modeOf(inData(name)), 0o600, name);
  }
  assert.match(readFileSync(inData("admin.token"), "utf8"), /^sbx_\S+\n$/);
});

test("the administrator is let in, nobody else is", async () => {
  const daemon = await startDaemon();
  const good = await daemon.fetch("/api/v2/networks");
  assert.equal(good.status, 200);
  assert.deepEqual(await good.json(), []);
  const bad = await daemon.fetch("/api/v2/networks", { headers: { authorization: "Bearer x" } });
  assert.equal(bad.status, 401);
  assert.match(bad.headers.get("www-authenticate") ?? "", /^Bearer /);
});

test("forged headers change nothing without a certificate or a trusted proxy", async () => {
  const daemon = await startDaemon();
  const forged = {
    "ssl-client-cert": "anything",
    "ssl-client-verify": "SUCCESS",
    "x-principal": Buffer.from('{"actor":"mallory"}').toString("base64url"),
  };
  const response = await fetch(`${daemon.endpoints.rest}/api/v2/networks`, { headers: forged });
  assert.equal(response.status, 401);
  assert.equal((await daemon.fetch("/api/v2/networks", { headers: forged })).status, 200);
});

test("SIGTERM, SIGINT and SIGHUP end it with 0, SIGUSR1 opens no inspector, and its addresses go with it", async () => {
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    const daemon = await startDaemon();
    daemon.process.kill("SIGUSR1");
    const { code, stderr } = await daemon.stop(signal);
    assert.doesNotMatch(stderr, /Debugger|inspector/i);
    assert.equal(code, 0, stderr);
    assert.equal(existsSync(inData("endpoints.json")), false);
  }
});

test("told to stop while it starts, it ends with 0 too, and the next one starts", async () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const { code, stderr } = await runUntilLogged(inData(""), "store opened", signal);
    assert.equal(code, 0, stderr);
    assert.equal(existsSync(inData("endpoints.json")), false);
  }
  await startDaemon();
});

test("an administrator's token that was taken away is not announced", async () => {
  const first = await startDaemon();
  assert.match(
    first.lines.at(-1) ?? "",
    /^ready in \S+ s; administrator token in \/\S+\/admin\.token$/,
  );
  await first.stop();
  rmSync(inData("admin.token"));
  const second = await startDaemon();
  assert.match(second.lines.at(-1) ?? "", /^ready .* file is gone; `signalbox token create`/);
});

test("a directory that cannot be made is told at once", { timeout: 60_000 }, async () => {
  const { code, stderr } = await runCommand(serveArguments("/proc/signalbox/data"));
  assert.equal(code, 74, stderr);
  assert.match(stderr, /\/proc\/signalbox\/data cannot be used: no directory can be made there/);
});

test("ids, token and resources outlive a restart and a kill -9", async () => {
  const first = await startDaemon();
  const { region, organization, project } = first.endpoints;
  const spec = { regionId: region, organizationId: organization, projectId: project };
  const created = await first.fetch("/api/v2/networks", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      metadata: { name: "kept" },
      spec: { ...spec, prefix: "10.0.0.0/24", dnsNameservers: [] },
    }),
  });
  assert.equal(created.status, 201, await created.clone().text());
  const token = first.adminToken;
  await first.stop("SIGKILL");
  assert.ok(existsSync(inData("endpoints.json")), "a killed daemon cannot tidy up");

  const second = await startDaemon();
  assert.equal(second.adminToken, token);
  assert.deepEqual(
    [second.endpoints.region, second.endpoints.organization, second.endpoints.project],
    [region, organization, project],
  );
  const networks = (await (await second.fetch("/api/v2/networks")).json()) as unknown[];
  assert.equal(networks.length, 1);
});

test("a first start that died between its files is gone on with", async () => {
  const first = await startDaemon();
  await first.stop();
  const token = first.adminToken;
  rmSync(inData("tokens.json"));
  rmSync(inData("config.yaml"));
  writeFileSync(inData("tokens.json.1.tmp"), "{");
  const second = await startDaemon();
  assert.equal(second.adminToken, token);
  assert.equal((await second.fetch("/api/v2/networks")).status, 200);
});

test("a lost config.yaml is said, with the ids that the store refers to", async () => {
  const first = await startDaemon();
  const { region = "", organization = "", project = "" } = first.endpoints;
  const spec = { projectId: project, organizationId: organization, regionId: region };
  const created = await first.fetch("/api/v2/networks", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      metadata: { name: "kept" },
      spec: { ...spec, prefix: "10.0.0.0/24", dnsNameservers: [] },
    }),
  });
  assert.equal(created.status, 201);
  await first.stop();
  rmSync(inData("config.yaml"));
  const { code, stderr } = await runCommand(serveArguments(first.dataDir));
  assert.equal(code, 78);
  for (const words of ["config.yaml is lost", organization, project, region, "backup"]) {
    assert.ok(stderr.includes(words), `${words}: ${stderr}`);
  }
});

test("a second daemon on the same directory is told so, and the first goes on", async () => {
  const daemon = await startDaemon();
  const second = await runCommand(serveArguments(daemon.dataDir));
  assert.equal(second.code, 75);
  assert.equal(second.stderr.trim().split("\n").length, 1, second.stderr);
  assert.match(second.stderr, /another daemon serves from \S+ already at http:.* --data-dir$/m);
  assert.equal((await daemon.fetch("/api/v2/networks")).status, 200);
  assert.ok(existsSync(inData("endpoints.json")));
});

test("a port that is taken is one clear line", async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
  const { port } = holder.address() as { readonly port: number };
  for (const name of ["rest", "ops"]) {
    const { code, stderr } = await runCommand(
      serveArguments(inData(""), [
        ...[`--listen-${name}`, `127.0.0.1:${port}`],
        ...["--log-level", "error"],
      ]),
    );
    assert.equal(code, 71);
    assert.match(
      stderr,
      new RegExp(
        `^signalbox: the ${name} listener .* --listen-${name} or SIGNALBOX_LISTEN_${name.toUpperCase()}\\n$`,
      ),
    );
  }
  holder.close();
});

test("a listener for other machines is refused without TLS", async () => {
  const args = serveArguments(inData(""), ["--listen-rest", "0.0.0.0:0"]);
  const { code, stderr } = await runCommand(args);
  assert.equal(code, 78);
  assert.match(stderr, /give --tls-cert and --tls-key, or listen on 127\.0\.0\.1/);
  assert.equal(existsSync(inData("")), false, "nothing was made");
});

for (const name of ["ops", "xds"] as const) {
  test(`the ${name} listener is refused to other machines without TLS, then without a client CA`, async () => {
    const beyond = [`--listen-${name}`, "0.0.0.0:0"];
    const [cert, key] = [join(directory, "cert.pem"), join(directory, "key.pem")];
    const tls = ["--tls-cert", cert, "--tls-key", key];
    for (const [args, wanted] of [
      [beyond, "give --tls-cert and --tls-key"],
      [[...beyond, ...tls], "give --client-ca"],
    ] as const) {
      const { code, stderr } = await runCommand(serveArguments(inData(""), args));
      assert.equal(code, 78, stderr);
      assert.match(stderr, new RegExp(`listen\\.${name}: .*${wanted}`));
      assert.equal(existsSync(inData("")), false, "nothing was made");
    }
  });
}

test("output that nobody reads does not end the daemon", async () => {
  const daemon = await startDaemon("--log-level", "trace");
  daemon.process.stdout?.destroy();
  daemon.process.stderr?.destroy();
  for (let n = 0; n < 3; n++) assert.equal((await daemon.fetch("/api/v2/networks")).status, 200);
  assert.equal((await daemon.stop()).code, 0);
});

test("a listener that is off is in no file, and its port is not opened", async () => {
  const daemon = await startDaemon("--listen-ops", "off", "--listen-xds", "off");
  assert.deepEqual([daemon.endpoints.ops, daemon.endpoints.xds], [undefined, undefined]);
  assert.deepEqual(daemon.lines.slice(1, 3), ["ops   off", "xds   off"]);
});

test("whatever it and its programs make is their owner's alone", async () => {
  const daemon = await startDaemon();
  const status = readFileSync(`/proc/${daemon.process.pid}/status`, "utf8");
  assert.match(status, /^Umask:\t0077$/m);
});

test("a store that has lost what it held is refused, before machines go with it", async () => {
  const daemon = await startDaemon();
  await daemon.stop();
  const revision = readFileSync(inData("store.revision"), "utf8");
  assert.match(revision, /^[1-9]\d*\n$/, "the images are in it");
  rmSync(inData("store"), { recursive: true });
  const { code, stderr } = await runCommand(serveArguments(inData("")));
  assert.equal(code, 65);
  assert.match(stderr, /the store is at revision 0, but was at \d+ before/);
  assert.equal(readFileSync(inData("store.revision"), "utf8"), revision);
  rmSync(inData("store.revision"));
  await (await startDaemon()).stop();
});

test("a damaged store is left as it is, with an exit code of its own", async () => {
  const daemon = await startDaemon();
  await daemon.stop();
  const path = inData("store/store.db");
  writeFileSync(path, "this is no database, and it is longer than a header".repeat(20));
  const before = readFileSync(path);
  const { code, stderr } = await runCommand(
    serveArguments(daemon.dataDir, ["--log-level", "error"]),
  );
  assert.equal(code, 65, stderr);
  assert.equal(stderr.trim().split("\n").length, 1);
  assert.deepEqual(readFileSync(path), before);
});

test("a directory that may not be written is one clear line", {
  skip: process.getuid?.() === 0 ? false : "needs root to become another user",
}, async () => {
  chmodSync(directory, 0o755);
  const { code, stderr } = await runCommand(serveArguments(inData("")), { uid: 65534, gid: 65534 });
  assert.equal(code, 74);
  assert.match(
    stderr,
    /^signalbox: the data directory .* this user may not write it; .*--data-dir\n$/,
  );
  assert.deepEqual(readdirSync(directory), []);
});

test("a wrong command line says so with 2", async () => {
  assert.equal((await runCommand(["serve", "--no-such-flag"])).code, 2);
  assert.equal((await runCommand(["--help"])).code, 0);
  const { code, stderr } = await runCommand(["config", "show", "--log-level", "loud"]);
  assert.equal(code, 78);
  assert.match(stderr, /flag --log-level: log\.level: one of trace/);
});

test("a token that is made beside the running daemon works until it is revoked", async () => {
  const daemon = await startDaemon();
  const data = ["--data-dir", daemon.dataDir];
  const grant = ["--role", "reader", "--project", "default", "--name", "ci", "--expires", "1h"];
  const made = await runCommand(["token", "create", ...data, ...grant]);
  assert.equal(made.code, 0, made.stderr);
  const asReader = (): Promise<Response> =>
    daemon.fetch("/api/v2/networks", {
      headers: { authorization: `Bearer ${made.stdout.trim()}` },
    });
  assert.equal((await asReader()).status, 200);
  const listed = await runCommand(["token", "list", ...data, "-o", "json"]);
  assert.ok(!listed.stdout.includes("hash"));
  assert.deepEqual(
    (JSON.parse(listed.stdout) as { name: string }[]).map(({ name }) => name),
    ["administrator", "ci"],
  );
  assert.equal((await runCommand(["token", "revoke", ...data, "ci"])).code, 0);
  assert.equal((await asReader()).status, 401);
});

test("readiness, liveness and metrics are on the ops listener", async () => {
  const daemon = await startDaemon();
  const get = async (path: string): Promise<Response> => fetch(`${daemon.endpoints.ops}${path}`);
  assert.equal(await (await get("/healthz")).text(), "ok\n");
  assert.equal(await (await get("/livez")).text(), "ok");
  const { status, checks } = (await (await get("/readyz")).json()) as {
    status: string;
    checks: Record<string, unknown>;
  };
  assert.notEqual(status, "unhealthy");
  const names = ["audit", "controllers", "provider:simulated", "rest", "store", "xds"];
  for (const name of names) assert.deepEqual(checks[name], { ok: true }, name);
  const metrics = await (await get("/metrics")).text();
  assert.match(metrics, /^nodejs_eventloop_lag_p99_seconds /m);
  assert.match(metrics, /^process_resident_memory_bytes /m);
  assert.equal((await get("/other")).status, 404);
});

test("a request in flight is finished before the end", async () => {
  const daemon = await startDaemon();
  const stream = await daemon.fetch("/api/v2/networks?watch=true");
  assert.equal(stream.status, 200);
  daemon.process.kill("SIGTERM");
  await stream.text();
  assert.equal((await daemon.exited).code, 0);
});

test("a second signal ends it at once", async () => {
  // It is in the middle of its orderly stop for as long as it takes.
  const daemon = await startDaemon("--shutdown-delay", "1h");
  daemon.process.kill("SIGINT");
  const isReady = async (): Promise<boolean> => {
    const answer = await fetch(`${daemon.endpoints.ops}/readyz`);
    await answer.text();
    return answer.ok;
  };
  while (await isReady());
  assert.equal((await daemon.stop("SIGTERM")).code, 143);
});
