import assert from "node:assert/strict";
import { once } from "node:events";
import {
  connect,
  createSecureServer,
  type Http2Session,
  type ServerHttp2Session,
  type Settings,
} from "node:http2";
import { test } from "node:test";
import { until } from "@signalbox/testing";
import { MachineService } from "#gen/machine/machine_pb.js";
import { node } from "./testing/js-node-client.ts";
import { NodeRig } from "./testing/node-rig.ts";

const A = { id: "a0000000-0000-4000-8000-000000000001", name: "a" };
/** node-api §1.6 */
const STREAM_WINDOW = 2_097_120;
const CONNECTION_WINDOW = 1_048_560;
const HEADER_LIST = 16 * 1024 * 1024;

/** What the other side lets us send, once it has said so. */
async function assertWindows(session: Http2Session, settings: Settings): Promise<void> {
  assert.equal(settings.initialWindowSize, STREAM_WINDOW);
  assert.equal(settings.maxHeaderListSize, HEADER_LIST);
  await until(() => session.state.remoteWindowSize === CONNECTION_WINDOW);
}

test("a caller may send as much as the contract's windows let it", async (t) => {
  const rig = await NodeRig.use(t);
  const identity = await rig.certificateFor({ roles: ["os:reader"] });
  const session = connect(`https://${rig.address}`, identity);
  // The rig goes first, and what it has not read of the connection then resets it.
  session.on("error", () => {});
  t.after(() => session.destroy());
  const [settings] = (await once(session, "remoteSettings")) as [Settings];
  await assertWindows(session, settings);
});

test("so may a machine", async (t) => {
  const rig = await NodeRig.use(t);
  await rig.addMachine(A);
  const { certificatePem: cert, keyPem: key } = await rig.authority.issue({
    commonName: A.name,
    organizations: [],
    names: [A.id],
    addresses: [],
    uris: [],
    usage: "server",
    validMs: 3_600_000,
  });
  const ca = rig.authority.certificatePem;
  const machine = createSecureServer({ cert, key, ca, requestCert: true });
  machine.on("stream", (stream) => {
    const answer = { ":status": 200, "content-type": "application/grpc", "grpc-status": "12" };
    stream.respond(answer, { endStream: true });
  });
  machine.listen(0, "127.0.0.1");
  await once(machine, "listening");
  t.after(() => machine.close());
  const address = machine.address();
  assert.ok(typeof address === "object" && address !== null);
  rig.reachAt(A.id, `127.0.0.1:${address.port}`);

  const connected = once(machine, "session") as Promise<[ServerHttp2Session]>;
  const client = await rig.clientFor({ roles: ["os:reader"] });
  const asked = client.unary(MachineService.method.version, node("a"));
  const [session] = await connected;
  assert.equal((await asked).error?.code, 12);
  await assertWindows(session, session.remoteSettings);
});
