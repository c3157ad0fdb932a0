import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "@signalbox/base";
import { until } from "@signalbox/testing";
import { encodeFrame } from "../frame.ts";
import { heapInUse } from "../testing/collect-garbage.ts";
import { type Http2Client, readAnswer, useHttp2 } from "../testing/http2-client.ts";
import { echo, listener } from "../testing/raw-handlers.ts";
import { echoService } from "../testing/echo-service.ts";
import { useServer } from "../testing/use-server.ts";
import type { RawHandler } from "./raw-call.ts";
import { Router } from "./router.ts";

test("calls that end in every way leave nothing behind", { timeout: 300_000 }, async (t) => {
  const random = seededRandom(6);
  const hold: RawHandler = (call) => {
    call.signal.addEventListener("abort", () => {});
    return listener({});
  };
  const throwing: RawHandler = () => {
    throw new Error("on purpose");
  };
  const methods = { Echo: echo, Hold: hold, Throw: throwing };
  const router = new Router({ services: [{ name: "t.T", methods }, echoService] });
  const { server, address } = await useServer(t, { router });
  const client = useHttp2(t, `http://${address}`);
  const typed = "/signalbox.testing.v1.Echo/Bidi";

  const ways: readonly ((client: Http2Client) => Promise<unknown>)[] = [
    (c) => c.call("/t.T/Echo", ["x"]),
    (c) => c.call("/t.T/Echo", ["x"], { "grpc-timeout": "10S" }),
    (c) => c.call("/t.T/Hold", ["x"], { "grpc-timeout": "1m" }),
    (c) => c.call("/t.T/Throw", ["x"]),
    (c) => c.call("/t.T/None", ["x"]),
    (c) => c.call(typed, [""]),
    (c) => {
      const stream = c.open(random.fraction() < 0.5 ? "/t.T/Hold" : typed);
      stream.write(encodeFrame(Buffer.alloc(0)).bytes, () => stream.close(8));
      return readAnswer(stream);
    },
  ];
  const round = async (): Promise<void> => {
    for (let i = 0; i < 100; i++) await Promise.all(ways.map((way) => way(client)));
    await until(() => server.calls === 0);
  };
  for (let i = 0; i < 5; i++) await round();
  const before = await heapInUse();
  for (let i = 0; i < 10; i++) await round();
  const grown = (await heapInUse()) - before;
  assert.ok(grown < 2 ** 20, `${grown} bytes for 7,000 calls that are over`);
});
