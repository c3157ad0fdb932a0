import assert from "node:assert/strict";
import { test } from "node:test";
import { OK_STATUS, type RawHandler } from "@signalbox/grpc";
import { readReplies, replyFrame } from "../testing/node-replies.ts";
import { JsClient, toMany } from "../testing/js-client.ts";
import { Rig } from "../testing/rig.ts";
import { listener, useServer } from "../testing/use-server.ts";

test("a thousand nodes, in the order of the request", async (t) => {
  const handlers = Array.from({ length: 10 }, (_, i): RawHandler => {
    return (call) =>
      listener({
        onHalfClose: () => {
          call.write(replyFrame(`n${i}`));
          call.end(OK_STATUS);
        },
      });
  });
  const served = await Promise.all(handlers.map((handler) => useServer(t, handler)));
  const servers = served.map(({ address }) => address);
  const nodes = Array.from({ length: 1_000 }, (_, i) => servers[i % 10] ?? "");
  const rig = await Rig.use(t, { plan: { order: "request" } });
  const { error, reply } = await new JsClient(t, rig.address).unary(toMany(...nodes));
  assert.equal(error, null);
  assert.deepEqual(
    readReplies(reply).map(({ hostname, text }) => `${hostname} ${text}`),
    nodes.map((name, i) => `${name} n${i % 10}`),
  );
});
