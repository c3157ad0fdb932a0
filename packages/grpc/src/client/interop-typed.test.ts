import assert from "node:assert/strict";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { compressionGzip, connectNodeAdapter } from "@connectrpc/connect-node";
import { until } from "@signalbox/testing";
import { Echo } from "#gen/signalbox/testing/v1/echo_pb.js";
import { GrpcError } from "../grpc-error.ts";
import { Metadata } from "../metadata.ts";
import { Router } from "../server/router.ts";
import { STATUS } from "../status.ts";
import { echoService } from "../testing/echo-service.ts";
import { useChannel } from "../testing/use-channel.ts";
import { useServer } from "../testing/use-server.ts";
import { clientOf } from "./client-of.ts";
import type { Client } from "./typed-client.ts";

const MAX = 64 * 1024 * 1024;

/** A server of connect-node, all four kinds. */
async function useConnect(t: TestContext, more: (router: ConnectRouter) => void = () => {}) {
  const handler = connectNodeAdapter({
    readMaxBytes: MAX,
    acceptCompression: [compressionGzip],
    compressMinBytes: 1024,
    routes: (router) => {
      router.service(Echo, {
        unary: ({ text, payload }, { requestHeader, responseHeader, responseTrailer }) => {
          for (const [name, value] of requestHeader) {
            if (name.startsWith("x-")) responseHeader.append(name, value);
          }
          responseTrailer.set("x-end", "1");
          if (text === "fail") {
            throw new ConnectError("näh", Code.NotFound, { "x-why": "no" });
          }
          return { text, payload };
        },
        async *serverStream({ text, repeat, payload }) {
          for (let n = 1; n <= repeat; n++) yield { text: `${text} ${n}`, payload };
        },
        async clientStream(requests) {
          const texts: string[] = [];
          for await (const { text } of requests) texts.push(text);
          return { text: texts.join(" ") };
        },
        async *bidi(requests) {
          for await (const { text, payload } of requests) yield { text, payload };
        },
      });
      more(router);
    },
  });
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function useOwn(t: TestContext): Promise<string> {
  const { address } = await useServer(t, {
    router: new Router({ services: [echoService] }),
    limits: { maxMessageBytes: MAX },
  });
  return address;
}

async function* words(...all: string[]): AsyncGenerator<{ text: string }> {
  for (const text of all) yield { text };
}

async function textsOf(answers: AsyncIterable<{ text: string }>): Promise<string[]> {
  const texts: string[] = [];
  for await (const { text } of answers) texts.push(text);
  return texts;
}

const SERVERS = { "connect-node": useConnect, "our own server": useOwn };

for (const [name, use] of Object.entries(SERVERS)) {
  const client = async (t: TestContext): Promise<Client<typeof Echo>> =>
    clientOf(Echo, useChannel(t, await use(t), { limits: { maxMessageBytes: MAX } }));

  test(`${name}: unary`, async (t) => {
    const { text } = await (await client(t)).unary({ text: "hello" });
    assert.equal(text, "hello");
  });

  test(`${name}: server streaming`, async (t) => {
    const echo = await client(t);
    const texts = await textsOf(echo.serverStream({ text: "n", repeat: 3 }));
    assert.deepEqual(texts, ["n 1", "n 2", "n 3"]);
    assert.deepEqual(await textsOf(echo.serverStream({ text: "n", repeat: 0 })), []);
  });

  test(`${name}: client streaming`, async (t) => {
    assert.equal((await (await client(t)).clientStream(words("a", "b", "c"))).text, "a b c");
  });

  test(`${name}: bidirectional, one answered before the next is asked`, async (t) => {
    const echo = await client(t);
    const gate: (() => void)[] = [];
    async function* paced(): AsyncGenerator<{ text: string }> {
      for (const text of ["a", "b", "c"]) {
        yield { text };
        await new Promise<void>((resolve) => gate.push(resolve));
      }
    }
    const got: string[] = [];
    for await (const { text } of echo.bidi(paced())) {
      got.push(text);
      await until(() => gate.length === got.length);
      gate.at(-1)?.();
    }
    assert.deepEqual(got, ["a", "b", "c"]);
  });

  test(`${name}: 5 MiB, packed both ways`, async (t) => {
    const echo = await client(t);
    const payload = Buffer.alloc(
      5 * 1024 * 1024,
      Uint8Array.from({ length: 251 }, (_, i) => i),
    );
    for (const packs of [false, true]) {
      const answer = await echo.unary({ payload }, { packs });
      assert.equal(Buffer.compare(answer.payload, payload), 0);
      const many = await Array.fromAsync(echo.serverStream({ payload, repeat: 3 }, { packs }));
      assert.deepEqual(
        many.map(({ payload }) => payload.length),
        Array(3).fill(payload.length),
      );
    }
  });

  test(`${name}: a thousand messages each way`, async (t) => {
    const echo = await client(t);
    const all = Array.from({ length: 1_000 }, (_, n) => String(n));
    assert.deepEqual(await textsOf(echo.bidi(words(...all))), all);
  });

  test(`${name}: leaving the loop cancels the call`, async (t) => {
    const channel = useChannel(t, await use(t));
    const echo = clientOf(Echo, channel);
    // More than the window holds: the server waits, and would not come to its end by itself.
    const payload = new Uint8Array(100_000);
    for await (const { text } of echo.serverStream({ text: "n", repeat: 10_000, payload })) {
      if (text === "n 3") break;
    }
    await until(() => channel.streams === 0);
    assert.equal(channel.calls, 0);
  });
}

test("connect-node: headers, trailers, errors", async (t) => {
  const echo = clientOf(Echo, useChannel(t, await useConnect(t)));
  let headers = Metadata.empty;
  let trailers = Metadata.empty;
  const options = {
    metadata: Metadata.of([["x-a", "1"]])
      .with("x-a", "2")
      .withBinary("x-b-bin", Buffer.from([0, 1])),
    onHeaders: (got: Metadata) => void (headers = got),
    onTrailers: (got: Metadata) => void (trailers = got),
  };
  await echo.unary({ text: "x" }, options);
  assert.deepEqual(headers.get("x-a"), "1, 2");
  assert.deepEqual(headers.getBinary("x-b-bin"), Buffer.from([0, 1]));
  assert.equal(trailers.get("x-end"), "1");
  await assert.rejects(echo.unary({ text: "fail" }), (error) => {
    assert.ok(error instanceof GrpcError);
    assert.equal(error.code, STATUS.NOT_FOUND);
    assert.equal(error.message, "näh");
    assert.equal(error.trailers.get("x-why"), "no");
    return true;
  });
});

test("deadlines and signals", async (t) => {
  const channel = useChannel(t, await useOwn(t));
  const echo = clientOf(Echo, channel);
  const go = Promise.withResolvers<void>();
  async function* never(): AsyncGenerator<{ text: string }> {
    yield { text: "a" };
    await go.promise;
  }
  const late = textsOf(echo.bidi(never(), { timeoutMs: 50 }));
  await assert.rejects(late, { code: STATUS.DEADLINE_EXCEEDED });
  await assert.rejects(echo.unary({ text: "x" }, { timeoutMs: 0 }), {
    code: STATUS.DEADLINE_EXCEEDED,
  });
  const controller = new AbortController();
  const texts: string[] = [];
  await assert.rejects(
    async () => {
      for await (const { text } of echo.bidi(never(), { signal: controller.signal })) {
        texts.push(text);
        controller.abort();
      }
    },
    { code: STATUS.CANCELLED },
  );
  assert.deepEqual(texts, ["a"]);
  await assert.rejects(echo.unary({}, { signal: controller.signal }), { code: STATUS.CANCELLED });
  go.resolve();
  await until(() => channel.streams === 0);
});

test("requests that throw cancel the call, and their error is its cause", async (t) => {
  const echo = clientOf(Echo, useChannel(t, await useOwn(t)));
  const own = new Error("own");
  async function* bad(): AsyncGenerator<{ text: string }> {
    yield { text: "a" };
    throw own;
  }
  await assert.rejects(echo.clientStream(bad()), (error) => {
    assert.ok(error instanceof GrpcError);
    assert.equal(error.cause, own);
    assert.equal(error.code, STATUS.CANCELLED);
    return true;
  });
});
