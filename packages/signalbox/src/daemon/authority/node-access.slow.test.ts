import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { connect, type TLSSocket } from "node:tls";
import { parseHostPort, silentLog, systemClock, systemRandom } from "@signalbox/base";
import { parse } from "yaml";
import { EnrolledIdentity } from "../../agent/enrolment/enrolled-identity.ts";
import { runCommand, serveArguments, SpawnedDaemon } from "../testing/spawned-daemon.ts";

interface Place {
  readonly folder: string;
  readonly dataDir: string;
  readonly startDaemon: () => Promise<SpawnedDaemon>;
}

/** A folder that is removed once no daemon writes there any more. */
function usePlace(t: TestContext): Place {
  const folder = mkdtempSync(join(tmpdir(), "node-access-"));
  const dataDir = join(folder, "data");
  const daemons: SpawnedDaemon[] = [];
  t.after(async () => {
    await Promise.all(daemons.map((daemon) => daemon.stop("SIGKILL")));
    rmSync(folder, { recursive: true });
  });
  const startDaemon = async (): Promise<SpawnedDaemon> => {
    const daemon = await SpawnedDaemon.start(dataDir);
    daemons.push(daemon);
    return daemon;
  };
  return { folder, dataDir, startDaemon };
}

/** One context as clients of the node API read it. */
interface Context {
  readonly endpoints: readonly string[];
  readonly ca: string;
  readonly crt: string;
  readonly key: string;
}

function contextIn(path: string, name = "signalbox"): Context {
  const { contexts } = parse(readFileSync(path, "utf8")) as {
    readonly contexts: Readonly<Record<string, Context>>;
  };
  const context = contexts[name];
  assert.ok(context, `${path} has no context ${name}`);
  return context;
}

const decode = (text: string): string => Buffer.from(text, "base64").toString();

/** A handshake as any client makes it, up to the server's first bytes of HTTP/2. */
async function shakeHands(
  t: TestContext,
  { ca, crt, key }: Context,
  address: string,
): Promise<TLSSocket> {
  const [host, port] = address.split(":");
  const tls = { ca: decode(ca), cert: decode(crt), key: decode(key), ALPNProtocols: ["h2"] };
  const socket = connect({ host, port: Number(port), ...tls });
  t.after(() => socket.destroy());
  const ended = once(socket, "close").then(() => Promise.reject(new Error("closed")));
  ended.catch(() => {});
  await Promise.race([once(socket, "data"), ended]);
  return socket;
}

async function newConfig(
  daemon: SpawnedDaemon,
  out: string,
  args: readonly string[] = [],
): Promise<void> {
  const common = ["--data-dir", daemon.dataDir, "--out", out];
  const made = await runCommand([
    "node",
    "config",
    "new",
    "--role",
    "os:reader",
    ...common,
    ...args,
  ]);
  assert.equal(made.code, 0, made.stderr);
}

/** Creates over REST. @returns the id */
async function create(daemon: SpawnedDaemon, path: string, body: object): Promise<string> {
  const headers = { "content-type": "application/json" };
  const answer = await daemon.fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  const text = await answer.text();
  assert.equal(answer.status, 201, text);
  const { metadata } = JSON.parse(text) as { readonly metadata: { readonly id: string } };
  return metadata.id;
}

async function listed<T>(daemon: SpawnedDaemon, path: string): Promise<readonly T[]> {
  return (await (await daemon.fetch(path)).json()) as readonly T[];
}

async function createServer(daemon: SpawnedDaemon): Promise<string> {
  const { organization: organizationId, project: projectId, region: regionId } = daemon.endpoints;
  const inRegion = `/api/v2/regions/${regionId}`;
  const [flavor] = await listed<{ metadata: { id: string } }>(daemon, `${inRegion}/flavors`);
  const [image] = await listed<{ metadata: { id: string } }>(daemon, `${inRegion}/images`);
  const networkId = await create(daemon, "/api/v2/networks", {
    metadata: { name: "net" },
    spec: {
      organizationId,
      projectId,
      regionId,
      prefix: "10.1.0.0/24",
      dnsNameservers: ["10.1.0.2"],
    },
  });
  return create(daemon, "/api/v2/servers", {
    metadata: { name: "web" },
    spec: { networkId, flavorId: flavor?.metadata.id, imageId: image?.metadata.id },
  });
}

test("people and machines get in, until the authority's key is lost and it is made anew", async (t) => {
  const { folder, dataDir, startDaemon } = usePlace(t);
  const out = join(folder, "config.yaml");
  const inData = ["--data-dir", dataDir];
  const first = await startDaemon();

  // A person.
  await newConfig(first, out);
  assert.equal(statSync(out).mode & 0o777, 0o600);
  const context = contextIn(out);
  assert.deepEqual(context.endpoints, [first.endpoints.nodeApi]);
  const socket = await shakeHands(t, context, context.endpoints[0] ?? "");
  assert.equal(socket.authorized, true, "the address is in the daemon's certificate");
  const again = ["node", "config", "new", "--role", "os:reader", "--out", out, ...inData];
  assert.equal((await runCommand(again)).code, 5, "a file that is there is not written over");

  // A machine.
  const minted = await runCommand(["node", "join-token", await createServer(first), ...inData]);
  assert.equal(minted.code, 0, minted.stderr);
  const token = minted.stdout.trim();
  const address = parseHostPort(first.endpoints.enrol ?? "");
  assert.ok(address.ok);
  const { signal } = new AbortController();
  const deps = { clock: systemClock, random: systemRandom, log: silentLog, signal };
  const options = { directory: join(folder, "agent"), address: address.value, token };
  const identity = await EnrolledIdentity.start(options, deps);
  t.after(() => identity.close());
  assert.equal(identity.current().ca, decode(context.ca));

  const { stderr } = await first.stop();
  const audit = readFileSync(join(dataDir, "audit", "audit.jsonl"), "utf8");
  for (const operation of ["createNodeCredential", "createJoinToken", "enrolMachine"]) {
    assert.ok(audit.includes(`"operation":"${operation}"`), operation);
  }
  const [secret = "?"] = token.split(".");
  const key = decode(context.key).split("\n")[1] ?? "?";
  for (const text of [audit, stderr]) {
    assert.equal(text.includes(secret) || text.includes(key), false, "a secret is written down");
  }

  // The key file is lost.
  rmSync(join(dataDir, "authority.key"));
  const refused = await runCommand(serveArguments(dataDir));
  assert.equal(refused.code, 78);
  assert.match(refused.stderr, /authority\.key.* is missing: restore it from a backup/);
  assert.match(refused.stderr, /signalbox node ca discard/);
  const discard = ["node", "ca", "discard", ...inData];
  assert.equal((await runCommand(discard)).code, 2, "not without --yes");
  const discarded = await runCommand([...discard, "--yes"]);
  assert.equal(discarded.code, 0, discarded.stderr);

  const second = await startDaemon();
  const nodeApi = second.endpoints.nodeApi ?? "";
  await assert.rejects(shakeHands(t, context, nodeApi), { code: /SELF_SIGNED|VERIFY|SIGNATURE/ });
  await newConfig(second, out, ["--merge", "--context", "new"]);
  await shakeHands(t, contextIn(out, "new"), nodeApi);
});
