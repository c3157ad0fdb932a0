import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { MachineService } from "#gen/machine/machine_pb.js";
import { writeCertificateRequest } from "../../credentials/certificate-request.ts";
import { newKeyPair, privateKeyPem } from "../../credentials/key-pair.ts";
import { toPem } from "../../credentials/pem.ts";
import { type Fields, JsNodeClient, node } from "../../nodes/testing/js-node-client.ts";
import type { NodeAuditEvent } from "../../nodes/node-audit-event.ts";
import { SpawnedDaemon } from "../testing/spawned-daemon.ts";

const { version } = MachineService.method;

async function start(t: TestContext): Promise<SpawnedDaemon> {
  const directory = mkdtempSync(join(tmpdir(), "node-api-"));
  const daemon = await SpawnedDaemon.start(join(directory, "data"));
  t.after(async () => {
    await daemon.stop("SIGKILL");
    rmSync(directory, { recursive: true });
  });
  return daemon;
}

/** A client with a certificate that the administrator asked for over REST. */
async function clientFor(
  t: TestContext,
  daemon: SpawnedDaemon,
  roles: readonly string[],
): Promise<JsNodeClient> {
  const pair = await newKeyPair();
  const request = toPem("CERTIFICATE REQUEST", writeCertificateRequest(pair));
  const answer = await daemon.fetch("/api/v2/nodes/credentials", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ request, roles, name: "reader" }),
  });
  assert.equal(answer.status, 201);
  const { certificate: cert, authority: ca } = (await answer.json()) as Record<string, string>;
  const key = privateKeyPem(pair.privateKey);
  const { nodeApi = "" } = daemon.endpoints;
  return JsNodeClient.use(t, nodeApi, { cert: cert ?? "", key, ca: ca ?? "" });
}

/** Health is looked at every two seconds; the first look may have come before the start was over. */
async function untilServing(client: JsNodeClient): Promise<void> {
  const SERVING = "0801";
  for (let told: string | undefined; told !== SERVING; ) {
    const { reply } = await client.bytes("/grpc.health.v1.Health/Check", []);
    told = reply?.toString("hex");
  }
}

test("people with certificates of the daemon are answered, and told of", async (t) => {
  const daemon = await start(t);
  const client = await clientFor(t, daemon, ["os:reader"]);
  const { error } = await client.unary(version, node("nobody"));
  assert.deepEqual([error?.code, error?.details], [5, 'no machine "nobody" has enrolled']);
  await untilServing(client);
  const metrics = await metricsOf(daemon);
  assert.match(metrics, /^signalbox_node_calls_total\{grpc_code="NOT_FOUND",mode="[^"]+"\} 1$/m);
  client.close();
  const { code, stderr } = await daemon.stop();
  assert.equal(code, 0);
  assert.match(stderr, /"msg":"NotFound \[\/machine\.MachineService\/Version\]/);
  const audit = readFileSync(join(daemon.dataDir, "audit", "audit.jsonl"), "utf8");
  const events = audit
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as NodeAuditEvent);
  const event = events.find(({ operation }) => operation === "machine.MachineService/Version");
  assert.deepEqual(
    { actor: event?.actor, roles: event?.roles, nodes: event?.nodes, outcome: event?.outcome },
    {
      actor: "reader",
      roles: ["os:reader"],
      nodes: [{ name: "nobody", code: "NOT_FOUND" }],
      outcome: { status: 404, code: "NOT_FOUND", reason: 'no machine "nobody" has enrolled' },
    },
  );
});

test("nobody reads the log: calls go on, and lines are dropped and counted", async (t) => {
  const daemon = await start(t);
  const client = await clientFor(t, daemon, ["os:reader"]);
  daemon.process.stderr?.pause();
  // What the pipe and the access log hold is some 1.5 MB; a line of these is 2.5 KB.
  const long: Fields = Array.from({ length: 9 }, (_, n) => [`x-${n}`, "y".repeat(256)] as const);
  const dropped = /^signalbox_node_access_lines_dropped_total [1-9]/m;
  let calls = 0;
  for (; calls < 5_000; calls += 100) {
    const answers = Array.from({ length: 100 }, () =>
      client.unary(version, [...node("a"), ...long]),
    );
    for (const { error } of await Promise.all(answers)) assert.equal(error?.code, 5);
    if (dropped.test(await metricsOf(daemon))) break;
  }
  assert.match(await metricsOf(daemon), dropped);
  daemon.process.stderr?.resume();
  client.close();
  assert.equal((await daemon.stop()).code, 0);
});

async function metricsOf(daemon: SpawnedDaemon): Promise<string> {
  const answer = await fetch(`${daemon.endpoints.ops}/metrics`);
  return answer.text();
}
