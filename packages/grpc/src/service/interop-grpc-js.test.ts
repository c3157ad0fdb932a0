import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  Client,
  type ClientOptions,
  compressionAlgorithms,
  credentials,
  status as jsStatus,
} from "@grpc/grpc-js";
import { OWN_CONNECTIONS } from "@signalbox/testing";
import {
  type EchoReply,
  EchoReplySchema,
  type EchoRequest,
  EchoRequestSchema,
} from "#gen/signalbox/testing/v1/echo_pb.js";
import { Router } from "../server/router.ts";
import { echoService } from "../testing/echo-service.ts";
import { useServer } from "../testing/use-server.ts";

const write = (request: EchoRequest): Buffer => Buffer.from(toBinary(EchoRequestSchema, request));
const read = (bytes: Buffer): EchoReply => fromBinary(EchoReplySchema, bytes);
const request = (text: string, payload = new Uint8Array(), repeat = 0): EchoRequest =>
  create(EchoRequestSchema, { text, payload, repeat });
const path = (method: string): string => `/signalbox.testing.v1.Echo/${method}`;

const MIB = 1024 * 1024;

async function useEcho(
  t: TestContext,
  options: ClientOptions = {},
  maxMessageBytes = 64 * MIB,
): Promise<Client> {
  const { address } = await useServer(t, {
    router: new Router({ services: [echoService] }),
    limits: { maxMessageBytes },
  });
  const client = new Client(address, credentials.createInsecure(), {
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
    ...OWN_CONNECTIONS,
    ...options,
  });
  t.after(() => client.close());
  return client;
}

function unary(client: Client, message: EchoRequest): Promise<EchoReply> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path("Unary"), write, read, message, (error, reply) => {
      if (reply === undefined) reject(error);
      else resolve(reply);
    });
  });
}

test("unary", async (t) => {
  assert.equal((await unary(await useEcho(t), request("hello"))).text, "hello");
});

test("server streaming", async (t) => {
  const client = await useEcho(t);
  const message = request("n", undefined, 3);
  const call = client.makeServerStreamRequest(path("ServerStream"), write, read, message);
  const texts: string[] = [];
  for await (const reply of call) texts.push(reply.text);
  assert.deepEqual(texts, ["n 1", "n 2", "n 3"]);
});

test("client streaming", async (t) => {
  const client = await useEcho(t);
  const answer = Promise.withResolvers<EchoReply | undefined>();
  const call = client.makeClientStreamRequest(path("ClientStream"), write, read, (error, reply) => {
    if (error === null) answer.resolve(reply);
    else answer.reject(error);
  });
  for (const text of ["a", "b", "c"]) call.write(request(text));
  call.end();
  assert.equal((await answer.promise)?.text, "a b c");
});

test("bidirectional streaming, in lock-step", async (t) => {
  const client = await useEcho(t);
  const call = client.makeBidiStreamRequest(path("Bidi"), write, read);
  for (const text of ["a", "b", "c"]) {
    call.write(request(text));
    const [reply] = await once(call, "data");
    assert.equal(reply.text, text);
  }
  call.end();
  const [end] = await once(call, "status");
  assert.equal(end.code, jsStatus.OK);
});

test("32 MiB there and back", async (t) => {
  const payload = new Uint8Array(32 * MIB).fill(7);
  const reply = await unary(await useEcho(t), request("", payload));
  assert.equal(Buffer.compare(reply.payload, payload), 0);
});

test("gzip both ways", async (t) => {
  const options = { "grpc.default_compression_algorithm": compressionAlgorithms.gzip };
  const client = await useEcho(t, options);
  const call = client.makeBidiStreamRequest(path("Bidi"), write, read);
  const payload = new Uint8Array(100_000).fill(7);
  for (const text of ["a", "b"]) {
    call.write(request(text, payload));
    const [reply] = await once(call, "data");
    assert.equal(Buffer.compare(reply.payload, payload), 0);
  }
  call.end();
  const [end] = await once(call, "status");
  assert.equal(end.code, jsStatus.OK);
});

test("a message above the limit", async (t) => {
  const client = await useEcho(t, {}, MIB);
  const payload = new Uint8Array(2 * MIB);
  await assert.rejects(unary(client, request("", payload)), {
    code: jsStatus.RESOURCE_EXHAUSTED,
    details: /^grpc: received message larger than max \(\d+ vs\. 1048576\)$/,
  });
});

test("a thousand calls at once", async (t) => {
  const client = await useEcho(t);
  const texts = Array.from({ length: 1_000 }, (_, i) => String(i));
  const replies = await Promise.all(texts.map((text) => unary(client, request(text))));
  assert.deepEqual(
    replies.map(({ text }) => text),
    texts,
  );
});
