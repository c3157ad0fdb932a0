import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeFrame } from "@signalbox/grpc";
import { HEADERS, useFaultyNode } from "./testing/faulty-node.ts";
import { readReplies } from "./testing/node-replies.ts";
import { fields, JsClient, toMany } from "./testing/js-client.ts";
import { Rig } from "./testing/rig.ts";

const MESSAGE = encodeFrame(Buffer.from("0a00", "hex")).bytes;

test("a refused stream is sent again, and nobody notices", async (t) => {
  let calls = 0;
  const node = await useFaultyNode(t, (stream) => {
    calls += 1;
    if (calls === 1) {
      stream.close(7);
      return;
    }
    stream.respond(HEADERS, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(MESSAGE);
  });
  const rig = await Rig.use(t);
  const { error, reply } = await new JsClient(t, rig.address).unary(toMany(node), "x");
  assert.equal(error, null);
  assert.equal(calls, 2);
  assert.deepEqual(
    readReplies(reply).map(({ code }) => code),
    [0],
  );
});

test("a node that says goodbye: its call ends well, and the next one finds another connection", async (t) => {
  let sessions = 0;
  const seen = new Set<unknown>();
  const node = await useFaultyNode(t, (stream, session) => {
    if (!seen.has(session)) sessions += 1;
    seen.add(session);
    session.goaway(0);
    stream.respond(HEADERS, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(MESSAGE);
  });
  const rig = await Rig.use(t);
  const client = new JsClient(t, rig.address);
  for (let i = 1; i <= 3; i++) {
    const { error } = await client.unary(fields(["node", node]), "x");
    assert.equal(error, null);
    assert.equal(sessions, i);
  }
});
