import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { connect } from "node:tls";
import { once } from "node:events";
import { test } from "node:test";
import { fromBinary } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { status } from "@grpc/grpc-js";
import { MachineService } from "#gen/machine/machine_pb.js";
import { mayCall } from "../node-api/rule-table.ts";
import { NodeRoles } from "../node-api/node-roles.ts";
import { nodeServices } from "../node-api/node-services.ts";
import { AgentRig } from "./testing/agent-rig.ts";

const { version, reboot, hostname, bootstrap } = MachineService.method;

test("tells its version to a reader", async (t) => {
  const rig = await AgentRig.use(t);
  const { error, reply } = await (await rig.clientFor("os:reader")).unary(version);
  assert.equal(error, undefined);
  const [message, ...others] = reply?.messages ?? [];
  assert.deepEqual(others, []);
  assert.equal(message?.metadata, undefined, "the edge says whose reply it is");
  assert.equal(message?.version?.tag, "v0.1.0");
  assert.equal(message?.features?.rbac, true);
});

test("refuses whoever has no role, whatever is called", async (t) => {
  const rig = await AgentRig.use(t);
  const client = await rig.clientFor();
  for (const path of [
    "/machine.MachineService/Version",
    "/machine.MachineService/Nothing",
    "/a.B/C",
  ]) {
    const { error } = await client.bytes(path, [["talos-role", "os:admin"]]);
    assert.equal(error?.code, status.PERMISSION_DENIED, path);
    assert.equal(error.details, "not authorized");
  }
});

test("a role of the metadata counts for impersonators alone", async (t) => {
  const rig = await AgentRig.use(t);
  const asAdmin = [["talos-role", "os:admin"]] as const;
  const reader = await rig.clientFor("os:reader");
  assert.equal((await reader.unary(bootstrap, asAdmin)).error?.code, status.PERMISSION_DENIED);

  const edge = await rig.clientFor("os:impersonator");
  assert.equal((await edge.unary(hostname)).error?.code, status.PERMISSION_DENIED);
  assert.equal((await edge.unary(bootstrap, asAdmin)).error?.code, status.UNIMPLEMENTED);
  const asReader = [["talos-role", "os:reader"]] as const;
  assert.equal((await edge.unary(hostname, asReader)).error, undefined);
  assert.equal((await edge.unary(reboot, asReader)).error?.code, status.PERMISSION_DENIED);
});

test("people of a project have no rights of their own here", async (t) => {
  const rig = await AgentRig.use(t);
  // One that cannot be read gives no more than one that can.
  for (const uri of ["signalbox://project/one/two", "signalbox://project/", "SIGNALBOX:one"]) {
    const client = rig.clientWith(await rig.issue({ roles: ["os:admin"], uris: [uri] }));
    assert.equal((await client.unary(version)).error?.code, status.PERMISSION_DENIED, uri);
  }
});

test("lets nobody in without a certificate for clients", async (t) => {
  const rig = await AgentRig.use(t);
  const asServer = await rig.issue({ roles: ["os:admin"], usage: "server" });
  for (const identity of [asServer, { ca: asServer.ca }]) {
    const { error } = await rig.clientWith(identity).unary(version);
    assert.equal(error?.code, status.UNAVAILABLE);
  }
});

test("answers UNIMPLEMENTED to all that it does not serve, and does not hang", async (t) => {
  const rig = await AgentRig.use(t);
  const admin = await rig.clientFor("os:admin");
  for (const path of [
    "/machine.MachineService/Bootstrap",
    "/machine.MachineService/EtcdSnapshot",
    "/machine.LifecycleService/Upgrade",
    "/machine.DebugService/ContainerRun",
    "/cluster.ClusterService/HealthCheck",
    "/cosi.resource.State/Get",
    "/a.B/C",
  ]) {
    const { error } = await admin.bytes(path, []);
    assert.equal(error?.code, status.UNIMPLEMENTED, path);
  }
});

test("tells its health", async (t) => {
  const rig = await AgentRig.use(t);
  const { reply } = await (await rig.clientFor("os:reader")).bytes(
    "/grpc.health.v1.Health/Check",
    [],
  );
  assert.equal(reply?.toString("hex"), "0801");
});

test("serves its schemas by reflection, the very files that they were made of", async (t) => {
  const rig = await AgentRig.use(t);
  const client = await rig.clientFor("os:reader");
  const path = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
  const symbols = nodeServices.map(({ typeName }) => typeName);
  // file_containing_symbol = 4, list_services = 7
  const requests = [...symbols.map((name) => textField(4, name)), textField(7, "*")];
  const replies = (await client.bidi(path, requests)).map(String);
  const listed = replies.pop() ?? "";
  for (const name of symbols) assert.ok(listed.includes(name), name);

  const set = readFileSync(new URL("../../gen/descriptors.binpb", import.meta.url));
  const files = new Map(
    fromBinary(FileDescriptorSetSchema, set).file.map((file) => [file.name, file]),
  );
  const bytes = await client.bidi(
    path,
    symbols.map((name) => textField(4, name)),
  );
  const served = new Map(bytes.flatMap(fileDescriptors).map((file) => [file.name, file]));
  for (const [name, file] of files) {
    // Enrolment is not the agent's, and nothing of the node API imports it.
    if (name.startsWith("signalbox/")) continue;
    const answered = served.get(name);
    assert.ok(answered, name);
    assert.deepEqual(withoutJsonNames(answered), withoutJsonNames(file), name);
  }
});

test("a new certificate is for new connections; those that stand go on", async (t) => {
  const rig = await AgentRig.use(t);
  const identity = await rig.issue({ roles: ["os:reader"] });
  const before = await serialOf(rig, identity);
  const standing = rig.clientWith(identity);
  assert.equal((await standing.unary(version)).error, undefined);
  rig.renew(await rig.issue({ usage: "server" }));
  assert.notEqual(await serialOf(rig, identity), before);
  assert.equal((await standing.unary(version)).error, undefined);
});

test("every method of the schema has a rule that some role meets", () => {
  const admin = NodeRoles.parse(["os:admin"]);
  for (const service of nodeServices) {
    for (const { name } of service.methods) {
      const path = `/${service.typeName}/${name}`;
      const isAdminsToo = mayCall(path, admin);
      assert.equal(isAdminsToo, true, path);
    }
  }
});

async function serialOf(rig: AgentRig, { cert, key, ca }: Awaited<ReturnType<AgentRig["issue"]>>) {
  const [host, port] = rig.address.split(":");
  const socket = connect({ host, port: Number(port), cert, key, ca, ALPNProtocols: ["h2"] });
  await once(socket, "secureConnect");
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

/** A message of one text. */
function textField(number: number, text: string): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, text.length]), Buffer.from(text)]);
}

/** `file_descriptor_response = 4`, and in it `file_descriptor_proto = 1`. */
function fileDescriptors(reply: Buffer): readonly FileDescriptorProto[] {
  const responses = texts(reply, 4);
  const files = responses.flatMap((response) => texts(response, 1));
  return files.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
}

/** Fields of this number in a message. */
function texts(message: Uint8Array, number: number): readonly Uint8Array[] {
  const reader = new BinaryReader(message);
  const found: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === number && type === WireType.LengthDelimited) found.push(reader.bytes());
    else reader.skip(type, field);
  }
  return found;
}

/** Compilers write the names that fields have in JSON, or leave them to whoever reads. */
function withoutJsonNames(file: FileDescriptorProto): unknown {
  return JSON.parse(
    JSON.stringify(file, (name, value: unknown) => {
      if (name === "jsonName") return undefined;
      return typeof value === "bigint" ? String(value) : value;
    }),
  );
}
