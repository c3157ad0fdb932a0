// Calls as the clients of both generations make them (node-api §4.3), to the daemon before real
// agents, and to an agent itself.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { type DescMessage, type MessageShape, toBinary } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import type { Data } from "#gen/common/common_pb.js";
import { type Event, EventSchema, EventsRequestSchema } from "#gen/machine/events_pb.js";
import { ReadRequestSchema } from "#gen/machine/files_pb.js";
import { MachineService } from "#gen/machine/machine_pb.js";
import {
  encoded,
  type Fields,
  type JsNodeClient,
  node,
  nodes,
} from "../nodes/testing/js-node-client.ts";
import { NodeRig } from "../nodes/testing/node-rig.ts";
import { AgentRig } from "./testing/agent-rig.ts";
import { recordedMachine } from "./testing/recorded-machine.ts";
import { startAgent } from "./testing/start-agent.ts";

const { version, read, events, reboot } = MachineService.method;
const A = { id: "a0000000-0000-4000-8000-000000000001", name: "a" };
const B = { id: "b0000000-0000-4000-8000-000000000002", name: "b" };
/** Enrolled, and not running. */
const OFF = { id: "c0000000-0000-4000-8000-000000000003", name: "off" };
const NAMES = [A, B, OFF].map(({ name }) => name);
const FILE = "/etc/one";
/** What they send whatever is called. */
const ALWAYS: Fields = [
  ["runtime", "Talos"],
  ["context", "shop"],
];

async function useClient(t: TestContext): Promise<JsNodeClient> {
  const rig = await NodeRig.use(t);
  for (const [machine, files] of [
    [A, { "etc/one": "first\n" }],
    [B, {}],
  ] as const) {
    // oxlint-disable-next-line no-await-in-loop -- in order, for one store
    await rig.addMachine(machine);
    // oxlint-disable-next-line no-await-in-loop
    await startAgent(t, rig, machine, { roots: await recordedMachine(t, files) });
  }
  await rig.addMachine(OFF);
  return rig.clientFor({ roles: ["os:admin"] });
}

/** What a stream brought, and how it ended. */
interface Told<T> {
  readonly messages: readonly T[];
  readonly code: number;
  readonly text: string;
}

function streamed<O extends DescMessage>(
  client: JsNodeClient,
  method: Parameters<typeof client.stream<O>>[0],
  fields: Fields,
  request: Uint8Array,
): Promise<Told<MessageShape<O>>> {
  const messages: MessageShape<O>[] = [];
  const { promise, resolve } = Promise.withResolvers<Told<MessageShape<O>>>();
  client
    .stream(method, [...ALWAYS, ...fields], request)
    .on("data", (message: MessageShape<O>) => messages.push(message))
    .on("error", () => {})
    .on("status", ({ code, details }) => resolve({ messages, code, text: details }));
  return promise;
}

/** The first message of a stream that goes on. */
async function first<O extends DescMessage>(
  client: JsNodeClient,
  method: Parameters<typeof client.stream<O>>[0],
  fields: Fields,
  request: Uint8Array,
): Promise<MessageShape<O>> {
  const stream = client.stream(method, [...ALWAYS, ...fields], request);
  for await (const message of stream) return message as MessageShape<O>;
  assert.fail("the stream ended");
}

const readFile = (client: JsNodeClient, fields: Fields): Promise<Told<Data>> =>
  streamed(client, read, fields, encoded(ReadRequestSchema, { path: FILE }));

const text = ({ bytes }: Data): string => Buffer.from(bytes).toString();

/** An event without anything: `data` is there and empty, the id has 20 characters. */
function assertHello(event: Event, tail: string): void {
  assert.match(
    Buffer.from(toBinary(EventSchema, event)).toString("hex"),
    new RegExp(`^${tail}12001a14(3[0-9]|6[1-9a-f]|7[0-6]){20}$`),
  );
}

test("newer clients: one call a node, in parallel; each ends as its node did", async (t) => {
  const client = await useClient(t);

  const versions = await Promise.all(
    NAMES.map((name) => client.unary(version, [...ALWAYS, ...node(name)])),
  );
  assert.deepEqual(
    versions.map(({ error }) => error?.code),
    [undefined, undefined, status.UNAVAILABLE],
  );
  for (const { reply } of versions.slice(0, 2)) {
    assert.equal(reply?.messages.length, 1);
    assert.deepEqual(reply.messages[0]?.metadata, undefined, "nothing is added");
  }

  const [there, missing, off] = await Promise.all(
    NAMES.map((name) => readFile(client, node(name))),
  );
  assert.deepEqual([there?.messages.map(text), there?.code], [["first\n"], status.OK]);
  assert.deepEqual([missing?.messages, missing?.code], [[], status.NOT_FOUND]);
  assert.match(missing?.text ?? "", /\/etc\/one/);
  assert.deepEqual([off?.messages, off?.code], [[], status.UNAVAILABLE]);

  assertHello(await first(client, events, node("a"), encoded(EventsRequestSchema, {})), "");
});

test("newer clients: methods without the envelope, and a node that does not have them", async (t) => {
  const client = await useClient(t);
  const { error } = await client.bytes("/cosi.resource.State/Get", [...ALWAYS, ...node("a")]);
  assert.equal(error?.code, status.UNIMPLEMENTED);
});

test("older clients: repeated nodes, each answer under its name, one or many", async (t) => {
  const client = await useClient(t);

  const one = await client.unary(version, [...ALWAYS, ...nodes("a")]);
  assert.deepEqual(
    one.reply?.messages.map(({ metadata }) => [metadata?.hostname, metadata?.error]),
    [["a", ""]],
  );
  const { error, reply } = await client.unary(version, [...ALWAYS, ...nodes(...NAMES)]);
  assert.equal(error, undefined);
  const codes = new Map(
    reply?.messages.map(({ metadata }) => [metadata?.hostname, metadata?.status?.code ?? 0]),
  );
  assert.deepEqual(Object.fromEntries(codes), { a: 0, b: 0, off: status.UNAVAILABLE });
  const failure = reply?.messages.find(({ metadata }) => metadata?.hostname === "off");
  assert.match(failure?.metadata?.error ?? "", /^rpc error: code = Unavailable desc = /);

  const missing = await readFile(client, nodes("b"));
  assert.equal(missing.code, status.OK);
  const [message, ...others] = missing.messages;
  assert.ok(message);
  assert.deepEqual([others, text(message)], [[], ""]);
  assert.equal(message.metadata?.hostname, "b");
  assert.equal(message.metadata.status?.code, status.NOT_FOUND);
  assert.match(message.metadata.error, /^rpc error: code = NotFound desc = /);

  const all = await readFile(client, nodes(...NAMES));
  assert.equal(all.code, status.OK);
  const lines = all.messages.map((data) => [
    data.metadata?.hostname,
    text(data),
    data.metadata?.status?.code ?? 0,
  ]);
  assert.deepEqual(lines.filter(([, bytes, code]) => bytes !== "" || code !== 0).toSorted(), [
    ["a", "first\n", 0],
    ["b", "", status.NOT_FOUND],
    ["off", "", status.UNAVAILABLE],
  ]);

  const hello = await first(client, events, nodes("a"), encoded(EventsRequestSchema, {}));
  assertHello(hello, "0a030a0161");
});

test("older clients: methods without the envelope want one node", async (t) => {
  const client = await useClient(t);
  const { error } = await client.bytes("/cosi.resource.State/Get", [...ALWAYS, ...nodes("a")]);
  assert.equal(error?.code, status.INVALID_ARGUMENT);
  const told = "one-2-many proxying is not supported for method /cosi.resource.State/Get";
  assert.equal(error.details, told);
});

test("Version, without which newer clients begin nothing, answers before a machine is up and on its way down", async (t) => {
  const rig = await NodeRig.use(t);
  await rig.addMachine(A);
  const told = Promise.withResolvers<void>();
  const power = {
    reboot: (): Promise<void> => {
      told.resolve();
      return new Promise(() => {});
    },
    powerOff: async () => {},
  };
  const roots = await recordedMachine(t, {});
  const { life } = await startAgent(t, rig, A, { roots, allowsPower: true, power });
  const client = await rig.clientFor({ roles: ["os:admin"] });
  const ask = async (): Promise<string | undefined> => {
    const options = { deadline: Date.now() + 60_000 };
    const { reply, error } = await client.unary(version, node("a"), undefined, options);
    assert.equal(error, undefined);
    return reply?.messages[0]?.version?.tag;
  };
  assert.equal(await ask(), "v1.2.3");
  await life.start();
  assert.equal(await ask(), "v1.2.3");
  assert.equal((await client.unary(reboot, node("a"))).error, undefined);
  await told.promise;
  assert.equal(await ask(), "v1.2.3");
});

test("at a machine itself the names of machines mean nothing, an empty one neither", async (t) => {
  const rig = await AgentRig.use(t);
  const client = await rig.clientFor("os:reader");
  for (const fields of [[], node(""), node("127.0.0.1"), nodes("127.0.0.1"), nodes("x", "y")]) {
    // oxlint-disable-next-line no-await-in-loop -- one call at a time
    const { error, reply } = await client.unary(version, [...ALWAYS, ...fields]);
    assert.equal(error, undefined, JSON.stringify(fields));
    // Clients that find no name here show the address that they called.
    assert.deepEqual(
      reply?.messages.map(({ metadata }) => metadata),
      [undefined],
    );
  }
});
