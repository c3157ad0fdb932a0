import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { until } from "@signalbox/testing";
import { Echo } from "#gen/signalbox/testing/v1/echo_pb.js";
import { encodeFrame } from "../frame.ts";
import { OK_STATUS } from "../grpc-status.ts";
import { Router } from "../server/router.ts";
import type { RawHandler } from "../server/raw-call.ts";
import type { ServiceImplementation } from "../service/implementation.ts";
import { serviceOf } from "../service/service-of.ts";
import { STATUS } from "../status.ts";
import { listener } from "../testing/raw-handlers.ts";
import { useChannel } from "../testing/use-channel.ts";
import { useServer } from "../testing/use-server.ts";
import { clientOf } from "./client-of.ts";
import type { Client } from "./typed-client.ts";

const PAYLOAD = new Uint8Array(10_000);
const TOTAL = 1_000;

async function useEcho(
  t: TestContext,
  implementation: ServiceImplementation<typeof Echo>,
): Promise<Client<typeof Echo>> {
  const { address } = await useServer(t, {
    router: new Router({ services: [serviceOf(Echo, implementation)] }),
    limits: { streamWindowBytes: 65_535 },
  });
  return clientOf(Echo, useChannel(t, address, { limits: { streamWindowBytes: 65_535 } }));
}

/** As many turns as it takes for what moves to have moved. */
async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
}

test("a slow loop holds the server's generator back", async (t) => {
  let made = 0;
  const echo = await useEcho(t, {
    async *serverStream() {
      for (; made < TOTAL; made++) yield { payload: PAYLOAD };
    },
  });
  let got = 0;
  for await (const { payload } of echo.serverStream({})) {
    assert.equal(payload.length, PAYLOAD.length);
    if (got++ > 0) continue;
    await settle();
    assert.ok(made < 80, `${made} messages were made for a client that reads none`);
  }
  assert.equal(got, TOTAL);
});

test("a slow server holds the client's generator back", async (t) => {
  const go = Promise.withResolvers<void>();
  const echo = await useEcho(t, {
    async clientStream(requests) {
      let bytes = 0;
      for await (const { payload } of requests) {
        await go.promise;
        bytes += payload.length;
      }
      return { text: String(bytes) };
    },
  });
  let made = 0;
  async function* many(): AsyncGenerator<{ payload: Uint8Array }> {
    for (; made < TOTAL; made++) yield { payload: PAYLOAD };
  }
  const answer = echo.clientStream(many());
  await settle();
  assert.ok(made < 80, `${made} messages were made for a server that reads none`);
  go.resolve();
  assert.equal((await answer).text, String(TOTAL * PAYLOAD.length));
});

test("a server that ends early ends the client's generator too", async (t) => {
  let isEnded = false;
  const echo = await useEcho(t, {
    async clientStream(requests) {
      for await (const { text } of requests) return { text };
      return {};
    },
  });
  async function* endless(): AsyncGenerator<{ text: string }> {
    try {
      for (;;) {
        yield { text: "x" };
        await settle();
      }
    } finally {
      isEnded = true;
    }
  }
  assert.equal((await echo.clientStream(endless())).text, "x");
  await until(() => isEnded);
});

test("messages that came before an error are read before it", async (t) => {
  const echo = await useEcho(t, {
    async *serverStream() {
      yield { text: "a" };
      yield { text: "b" };
      throw new Error("secret");
    },
  });
  const texts: string[] = [];
  await assert.rejects(
    async () => {
      for await (const { text } of echo.serverStream({})) {
        await settle();
        texts.push(text);
      }
    },
    { code: STATUS.INTERNAL, message: "an unexpected error" },
  );
  assert.deepEqual(texts, ["a", "b"]);
});

test("one response is one response, and a malformed one is none", async (t) => {
  const frames = [[], ["", ""], ["\xff"]];
  let round = 0;
  const Unary: RawHandler = (call) =>
    listener({
      onHalfClose: () => {
        for (const text of frames[round++] ?? []) {
          call.write(encodeFrame(Buffer.from(text, "latin1")).bytes);
        }
        call.end(OK_STATUS);
      },
    });
  const { address } = await useServer(t, {
    router: new Router({ services: [{ name: Echo.typeName, methods: { Unary } }] }),
  });
  const echo = clientOf(Echo, useChannel(t, address));
  await assert.rejects(echo.unary({}), { code: STATUS.INTERNAL, message: /and got none/ });
  await assert.rejects(echo.unary({}), { code: STATUS.INTERNAL, message: /and got a second/ });
  await assert.rejects(echo.unary({}), { code: STATUS.INTERNAL, message: /malformed/ });
});
