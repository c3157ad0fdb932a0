import assert from "node:assert/strict";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { Problem, silentLog, systemClock, systemRandom } from "@signalbox/base";
import { Channel, clientOf } from "@signalbox/grpc";
import { MachineService } from "#gen/machine/machine_pb.js";
import {
  addServer,
  createEnrolmentRig,
  type EnrolmentRig,
  HOUR_MS,
} from "../authority/testing/enrolment-rig.ts";
import { type AgentOptions, serveAgent } from "./serve-agent.ts";
import { temporaryDirectory } from "./testing/temporary-directory.ts";

interface Running {
  readonly address: string;
  stop(): Promise<void>;
}

const BASE = { version: { tag: "0.1.0" }, listen: { host: "127.0.0.1", port: 0 } };
const DEPS = { clock: systemClock, random: systemRandom, log: silentLog };

/** Resolves when the agent takes calls; rejects when it ends before. */
async function run(options: AgentOptions): Promise<Running> {
  const stopped = new AbortController();
  const ready = Promise.withResolvers<string>();
  const announce = (line: string): void => ready.resolve(line.replace("ready on ", ""));
  const ended = serveAgent(options, { ...DEPS, signal: stopped.signal, announce });
  const address = await Promise.race([ready.promise, ended.then(() => assert.fail("it ended"))]);
  return {
    address,
    stop: () => {
      stopped.abort();
      return ended;
    },
  };
}

/** The version that the machine tells the daemon, which expects this name in its certificate. */
async function versionOf(rig: EnrolmentRig, address: string, serverName: string): Promise<string> {
  const { certificatePem: cert, keyPem: key = "" } = await rig.authority.issue({
    commonName: "daemon",
    organizations: ["os:reader"],
    names: [],
    addresses: [],
    uris: [],
    usage: "client",
    validMs: HOUR_MS,
  });
  const material = { cert, key, ca: rig.authority.certificatePem };
  const channel = new Channel(address, { tls: { material: () => material, serverName } });
  try {
    const { messages } = await clientOf(MachineService, channel).version({});
    return messages[0]?.version?.tag ?? "";
  } finally {
    channel.destroy();
  }
}

test("enrols by its token, takes calls under the server's id, and stops when told", async (t) => {
  const rig = await createEnrolmentRig(t);
  const { metadata } = await addServer(rig);
  const { token } = await rig.tokens.mint(metadata);
  const tokenFile = join(rig.folder, "token");
  writeFileSync(tokenFile, `${token}\n`);
  const directory = join(rig.folder, "agent");
  const options = { ...BASE, directory, enrolment: rig.address, tokenFile };

  const first = await run(options);
  assert.equal(await versionOf(rig, first.address, metadata.id), "v0.1.0");
  await assert.rejects(versionOf(rig, first.address, "another.server"), /UNAVAILABLE|certificate/i);
  await first.stop();

  rmSync(tokenFile);
  const again = await run(options);
  assert.equal(await versionOf(rig, again.address, metadata.id), "v0.1.0");
  await again.stop();

  const alone = await run({ ...BASE, directory });
  assert.equal(await versionOf(rig, alone.address, metadata.id), "v0.1.0");
  await alone.stop();
});

test("ends in good order while it waits for its first certificate", async (t) => {
  const silent = await useSilentServer(t);
  const directory = await temporaryDirectory(t);
  const tokenFile = join(directory, "token");
  writeFileSync(tokenFile, `${"A".repeat(43)}.${"0".repeat(64)}`);
  const stopped = new AbortController();
  const options = { ...BASE, directory, tokenFile, enrolment: silent.address };
  const announce = (): void => assert.fail("it has no certificate");
  const ended = serveAgent(options, { ...DEPS, signal: stopped.signal, announce });
  await silent.connected;
  stopped.abort();
  await ended;
});

test("says which address it cannot have, and that a token cannot be read", async (t) => {
  const rig = await createEnrolmentRig(t);
  const { metadata } = await addServer(rig);
  const { token } = await rig.tokens.mint(metadata);
  const tokenFile = join(rig.folder, "token");
  writeFileSync(tokenFile, token);
  const options = { ...BASE, directory: join(rig.folder, "agent"), enrolment: rig.address };
  await assert.rejects(run({ ...options, tokenFile: rig.folder }), (error: unknown) =>
    Problem.is(error, "config_invalid"),
  );
  const taken = { host: "127.0.0.1", port: rig.address.port };
  await assert.rejects(run({ ...options, tokenFile, listen: taken }), (error: unknown) =>
    Problem.is(error, "listen_failed"),
  );
});

/** Takes connections and says nothing. */
async function useSilentServer(t: TestContext) {
  const connected = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    socket.on("error", () => {});
    t.after(() => socket.destroy());
    connected.resolve();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { address: { host: "127.0.0.1", port }, connected: connected.promise };
}
