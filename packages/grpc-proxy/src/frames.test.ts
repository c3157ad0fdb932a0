// What stands here in place of a codec (node-api §5.1): bytes of calls that are sent on, and
// messages with a schema for the server's own services, on one port.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Metadata as JsMetadata, status } from "@grpc/grpc-js";
import {
  Channel,
  createGrpcServer,
  encodeFrame,
  Health,
  OK_STATUS,
  type RawHandler,
  Router,
} from "@signalbox/grpc";
import { ChannelBackend } from "./channel-backend.ts";
import { noEnvelope } from "./envelope/envelope.ts";
import { textField } from "./envelope/field.ts";
import { createProxy } from "./proxy.ts";
import { fields, JsClient } from "./testing/js-client.ts";
import { listener, useServer } from "./testing/use-server.ts";

const SIZES = [4, 12 * 1024, 39 * 1024];

/** Keeps what it got until the request is over, so that a buffer that is used again would show. */
const echoAtEnd: RawHandler = (call) => {
  const kept: Buffer[] = [];
  return listener({
    onMessage: (message) => void kept.push(message),
    onHalfClose: () => {
      for (const message of kept) call.write(encodeFrame(message).bytes);
      call.end(OK_STATUS);
    },
  });
};

test("messages of any size keep their bytes, to one and to many, beside a service of our own", async (t) => {
  const node = await useServer(t, echoAtEnd);
  const channel = new Channel(node.address);
  const backend = new ChannelBackend({ name: "n", channel, envelope: noEnvelope });
  const unknown = createProxy({
    director: ({ metadata }) =>
      metadata.get("nodes") === undefined
        ? { mode: "one-to-one", backends: [backend] }
        : { mode: "one-to-many", backends: [backend, backend] },
    isStreamed: () => true,
  });
  const health = new Health();
  const server = createGrpcServer({ router: new Router({ services: [health.service], unknown }) });
  t.after(async () => {
    await server.close();
    await channel.close(1);
  });
  const { port } = await server.listen({ port: 0 });
  const client = new JsClient(t, `127.0.0.1:${port}`);
  const sent = Array.from({ length: 60 }, (_, n) => Buffer.alloc(SIZES[n % 3] ?? 0, `${n} `));

  for (const [metadata, times] of [
    [new JsMetadata(), 1],
    [fields(["nodes", "n"]), 2],
  ] as const) {
    const call = client.bidi(metadata);
    for (const message of sent) call.write(message);
    call.end();
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const got = (await call.toArray()) as readonly Buffer[];
    assert.equal(got.length, sent.length * times);
    for (const message of sent) {
      assert.equal(got.filter((reply) => reply.equals(message)).length, times);
    }
  }

  // HealthCheckRequest { service = 1 }: a short one, and one of 39 KiB that nobody serves.
  assert.equal(await check(client, ""), status.OK);
  assert.equal(await check(client, "x".repeat(39 * 1024)), status.NOT_FOUND);
});

function check({ client }: JsClient, service: string): Promise<number> {
  const asIs = (bytes: Buffer): Buffer => bytes;
  const path = "/grpc.health.v1.Health/Check";
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, asIs, asIs, textField(1, service), (error) =>
      resolve(error?.code ?? status.OK),
    );
  });
}
