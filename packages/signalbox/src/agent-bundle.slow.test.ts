// The one file of the agent, as a machine runs it: on Node alone, in an empty folder.
import assert from "node:assert/strict";
import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { after, before, test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { MachineService } from "#gen/machine/machine_pb.js";
import { IDENTITY_FILE, saveIdentity } from "./agent/enrolment/machine-identity.ts";
import type { NodeCertificateAuthority } from "./authority/node-certificate-authority.ts";
import { createAuthorityFixture } from "./authority/testing/authority-fixture.ts";
import { JsNodeClient } from "./nodes/testing/js-node-client.ts";

const HOUR_MS = 3_600_000;
const buildScript = fileURLToPath(new URL("../../../scripts/build-agent", import.meta.url));

let folder: string;
let bundle: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "agent-bundle-"));
  const built = join(folder, "built.mjs");
  execFileSync(buildScript, ["--output", built], { stdio: ["ignore", "ignore", "inherit"] });
  // Nothing lies beside it, and nothing of the project above it.
  bundle = join(mkdtempSync(join(folder, "machine-")), "agent.mjs");
  copyFileSync(built, bundle);
});
after(() => rmSync(folder, { recursive: true }));

test("answers Version over mutual TLS, and stops in good order", async (t) => {
  const { authority } = await createAuthorityFixture(t);
  const directory = mkdtempSync(join(folder, "identity-"));
  const { cert, key, ca } = await issue(authority, "server", []);
  saveIdentity(join(directory, IDENTITY_FILE), { cert, key, ca, notAfter: 0 });

  const agent = start(t, "--listen", "127.0.0.1:0", "--directory", directory);
  const address = await readyAddress(agent);
  const reader = JsNodeClient.use(t, address, await issue(authority, "client", ["os:reader"]));
  const { error, reply } = await reader.unary(MachineService.method.version);
  assert.equal(error, undefined);
  assert.match(reply?.messages[0]?.version?.tag ?? "", /^v\d+\.\d+\.\d+/);
  const { reply: memory } = await reader.unary(MachineService.method.memory);
  assert.ok((memory?.messages[0]?.meminfo?.memtotal ?? 0n) > 0n);
  reader.close();

  agent.kill("SIGTERM");
  assert.deepEqual(await once(agent, "exit"), [0, null]);
});

test("says what is missing, and ends", async (t) => {
  const agent = start(t, "--directory", join(folder, "nothing"));
  const exit = once(agent, "exit");
  const [line] = (await once(createInterface({ input: agent.stderr }), "line")) as [string];
  assert.match(line, /^signalbox-agent: there is no certificate in /);
  assert.deepEqual(await exit, [78, null]);
});

type Agent = ChildProcessByStdio<null, Readable, Readable>;

function start(t: TestContext, ...args: readonly string[]): Agent {
  const agent = spawn(process.execPath, [bundle, ...args], {
    cwd: folder,
    env: {},
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.after(() => agent.kill("SIGKILL"));
  return agent;
}

/** Fails with what the agent said if it ends before it is ready. */
async function readyAddress(agent: Agent): Promise<string> {
  let said = "";
  agent.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  for await (const line of createInterface({ input: agent.stdout })) {
    const [, address] = /^ready on (\S+)$/.exec(line) ?? [];
    if (address !== undefined) return address;
  }
  throw new Error(`the agent ended before it was ready: ${said}`);
}

async function issue(
  authority: NodeCertificateAuthority,
  usage: "server" | "client",
  organizations: readonly string[],
) {
  const { certificatePem: cert, keyPem: key = "" } = await authority.issue({
    commonName: "someone",
    organizations,
    names: [],
    addresses: ["127.0.0.1"],
    uris: [],
    usage,
    validMs: HOUR_MS,
  });
  return { cert, key, ca: authority.certificatePem };
}
