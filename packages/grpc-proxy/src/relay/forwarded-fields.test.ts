import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:http2";
import { test } from "node:test";
import { encodeFrame, Metadata, OK_STATUS, type RawServerCall } from "@signalbox/grpc";
import { messageFrame } from "../testing/node-replies.ts";
import { Rig } from "../testing/rig.ts";
import { listener, useServer } from "../testing/use-server.ts";

/** Names and values, in their order, of a flat list of headers. */
function pairs(raw: readonly string[], isWanted: (name: string) => boolean): string[] {
  const found: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    if (isWanted(raw[i] ?? "")) found.push(`${raw[i]}: ${raw[i + 1]}`);
  }
  return found;
}

const OURS = /^(x-|grpc-(previous|retry))/;

test("what goes on untouched both ways, and what each hop says for itself (node-api §1.1)", async (t) => {
  const seen: RawServerCall[] = [];
  const node = await useServer(t, (call) => {
    seen.push(call);
    return listener({
      onHalfClose: () => {
        call.sendHeaders(Metadata.of([["x-head-bin", "AAE="]]));
        call.write(messageFrame("a"));
        const trailers = [
          ["grpc-retry-pushback-ms", "100"],
          ["x-tail-bin", "/w"],
        ] as const;
        call.end(OK_STATUS, Metadata.of(trailers));
      },
    });
  });
  const rig = await Rig.use(t);
  const session = connect(`http://${rig.address}`).on("error", () => {});
  t.after(() => session.close());
  const stream = session.request({
    ":method": "POST",
    ":path": "/t.T/Stream",
    "content-type": "application/grpc+proxy>proto",
    te: "trailers",
    "user-agent": "someone/1",
    "grpc-accept-encoding": "identity,deflate,zstd",
    "grpc-timeout": "1H",
    "grpc-previous-rpc-attempts": "2",
    "x-some-bin": ["AAE=", "/w"],
    "x-empty": "",
    node: node.address,
  });
  const fieldsOf = async (block: "response" | "trailers"): Promise<readonly string[]> =>
    (await once(stream, block))[2];
  const both = Promise.all([fieldsOf("response"), fieldsOf("trailers")]);
  stream.resume().end(encodeFrame(Buffer.from("hi")).bytes);
  const [head, tail] = await both;

  const [call] = seen;
  assert.ok(call);
  const entries = call.metadata.entries().map(([name, value]) => `${name}: ${value}`);
  assert.deepEqual(
    entries.filter((entry) => OURS.test(entry)),
    ["grpc-previous-rpc-attempts: 2", "x-some-bin: AAE=", "x-some-bin: /w", "x-empty: "],
  );
  assert.equal(
    entries.find((entry) => /^(te|user-agent|grpc-accept|grpc-timeout):/.test(entry)),
    undefined,
  );
  assert.deepEqual(call.acceptedEncodings, ["gzip"], "what this hop can unpack, not the caller");
  assert.ok((call.timeLeftMs ?? Number.POSITIVE_INFINITY) <= 3_600_000);
  const isOurs = (name: string): boolean => OURS.test(name);
  assert.deepEqual(pairs(head, isOurs), ["x-head-bin: AAE="]);
  assert.deepEqual(
    pairs(head, (name) => name === "grpc-accept-encoding"),
    ["grpc-accept-encoding: gzip"],
  );
  assert.deepEqual(pairs(tail, isOurs), ["grpc-retry-pushback-ms: 100", "x-tail-bin: /w"]);
});
