import assert from "node:assert/strict";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { test } from "node:test";
import { Channel, clientOf, Metadata } from "@signalbox/grpc";
import { MachineService } from "#gen/machine/machine_pb.js";
import { NodeRig } from "../../../../nodes/testing/node-rig.ts";
import { newClientConfig } from "./client-config.ts";
import { readClientContext } from "./read-client-context.ts";

const A = { id: "a0000000-0000-4000-8000-000000000001", name: "a" };

interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const ed25519 = (): Keys => generateKeyPairSync("ed25519");
const p256 = (): Keys => generateKeyPairSync("ec", { namedCurve: "P-256" });
const rsa = (): Keys => generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = (key: KeyObject, type: "pkcs8" | "sec1" | "pkcs1"): string =>
  key.export({ type, format: "pem" }).toString();

/** All forms in which clients hold keys (node-api §4.3). */
const FORMS: readonly (readonly [string, () => Keys, (key: KeyObject) => string])[] = [
  ["PRIVATE KEY of Ed25519", ed25519, (key) => pem(key, "pkcs8")],
  [
    "ED25519 PRIVATE KEY",
    ed25519,
    (key) => pem(key, "pkcs8").replaceAll("PRIVATE KEY", "ED25519 PRIVATE KEY"),
  ],
  ["EC PRIVATE KEY, SEC1", p256, (key) => pem(key, "sec1")],
  ["PRIVATE KEY of P-256", p256, (key) => pem(key, "pkcs8")],
  ["RSA PRIVATE KEY, PKCS#1", rsa, (key) => pem(key, "pkcs1")],
  ["PRIVATE KEY of RSA", rsa, (key) => pem(key, "pkcs8")],
];

for (const [form, newKeys, write] of FORMS) {
  test(`a client configuration with a key of the form ${form} opens the node API`, async (t) => {
    const rig = await NodeRig.use(t);
    await rig.addAgent(A);
    const { publicKey, privateKey } = newKeys();
    const { certificatePem } = await rig.authority.issue({
      commonName: "someone",
      organizations: ["os:reader"],
      names: [],
      addresses: [],
      uris: [],
      usage: "client",
      publicKey,
      validMs: 3_600_000,
    });
    const key = write(privateKey);
    assert.ok(key.startsWith(`-----BEGIN ${form.replace(/(?<=KEY).*/, "")}-----`), key);
    const text = newClientConfig("test", {
      endpoints: [rig.address],
      nodes: [A.name],
      ca: rig.authority.certificatePem,
      certificate: certificatePem,
      key,
    });
    const context = readClientContext(text, undefined);
    assert.ok(context.ok);
    const { ca, certificate, key: readKey } = context.value;
    const material = { ca, cert: certificate, key: readKey };
    const channel = new Channel(rig.address, { tls: { material: () => material } });
    t.after(() => channel.destroy());
    const metadata = Metadata.of([["node", A.name]]);
    const { messages } = await clientOf(MachineService, channel).version({}, { metadata });
    assert.equal(messages[0]?.version?.tag, "v1.0.0-a");
  });
}
