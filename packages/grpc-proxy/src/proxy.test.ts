import assert from "node:assert/strict";
import { test } from "node:test";
import { Metadata as JsMetadata, status as js } from "@grpc/grpc-js";
import { until } from "@signalbox/testing";
import {
  Channel,
  createGrpcServer,
  encodeFrame,
  OK_STATUS,
  type RawHandler,
  Router,
} from "@signalbox/grpc";
import { ChannelBackend } from "./channel-backend.ts";
import { createProxy } from "./proxy.ts";
import { fields, JsClient, toMany } from "./testing/js-client.ts";
import { Rig } from "./testing/rig.ts";
import { listener, useServer } from "./testing/use-server.ts";

const say = (text: string): RawHandler => {
  return (call) =>
    listener({
      onHalfClose: () => {
        call.write(encodeFrame(Buffer.from(text)).bytes);
        call.end(OK_STATUS);
      },
    });
};

test("named methods go through the proxy, beside a service of the server's own", async (t) => {
  const node = await useServer(t, say("from the node"));
  const channel = new Channel(node.address);
  t.after(() => channel.close(1));
  const backends = [new ChannelBackend({ name: "n", channel })];
  const proxy = createProxy({ director: async () => ({ mode: "one-to-one", backends }) });
  const methods = { Do: proxy, Own: say("from here") };
  const server = createGrpcServer({ router: new Router({ services: [{ name: "t.T", methods }] }) });
  t.after(() => server.close());
  const { port } = await server.listen({ port: 0 });
  const client = new JsClient(t, `127.0.0.1:${port}`);
  const ask = async (path: string): Promise<string | number | undefined> => {
    const { error, reply } = await client.unary(new JsMetadata(), "x", {}, path);
    return error?.code ?? reply?.toString();
  };
  assert.equal(await ask("/t.T/Do"), "from the node");
  assert.equal(await ask("/t.T/Own"), "from here");
  assert.equal(await ask("/t.T/Other"), js.UNIMPLEMENTED);
});

test("a request above the limit, to many: the caller hears why, every node is cancelled", async (t) => {
  const nodes = await Promise.all([1, 2, 3].map(() => useServer(t, () => listener({}))));
  const rig = await Rig.use(t);
  const client = new JsClient(t, rig.address);
  const big = "x".repeat(33 * 1024 * 1024);
  const { error } = await client.unary(toMany(...nodes.map(({ address }) => address)), big);
  assert.equal(error?.code, js.RESOURCE_EXHAUSTED);
  await until(() => nodes.every(({ server }) => server.calls === 0));
});

test("a reply above the limit of one message", async (t) => {
  const node = await useServer(t, say("x".repeat(33 * 1024 * 1024)));
  const rig = await Rig.use(t);
  const client = new JsClient(t, rig.address);
  const { error } = await client.unary(fields(["node", node.address]));
  assert.equal(error?.code, js.RESOURCE_EXHAUSTED);
  assert.match(error.details, /larger than max/);
});
