import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Problem } from "@signalbox/base";
import {
  Code,
  ConnectError,
  createClient,
  type Client as ConnectClient,
  type Interceptor,
} from "@connectrpc/connect";
import {
  compressionGzip,
  createGrpcTransport,
  Http2SessionManager,
} from "@connectrpc/connect-node";
import { Echo } from "#gen/signalbox/testing/v1/echo_pb.js";
import { GrpcError } from "../grpc-error.ts";
import { Metadata } from "../metadata.ts";
import type { RawService } from "../server/router.ts";
import { Router } from "../server/router.ts";
import { STATUS } from "../status.ts";
import { echoService } from "../testing/echo-service.ts";
import { useServer } from "../testing/use-server.ts";
import { serviceOf } from "./service-of.ts";

interface ConnectOptions {
  readonly interceptors?: Interceptor[];
  readonly packs?: boolean;
  /** What the server takes. @default 64 MiB */
  readonly maxMessageBytes?: number;
}

const MIB = 1024 * 1024;

/** A server of these services, and a client of connect-node. */
async function useEcho(
  t: TestContext,
  service: RawService,
  options: ConnectOptions = {},
): Promise<ConnectClient<typeof Echo>> {
  const { address } = await useServer(t, {
    router: new Router({ services: [service] }),
    limits: { maxMessageBytes: options.maxMessageBytes ?? 64 * MIB },
  });
  const baseUrl = `http://${address}`;
  const sessionManager = new Http2SessionManager(baseUrl);
  t.after(() => sessionManager.abort());
  const transport = createGrpcTransport({
    baseUrl,
    sessionManager,
    readMaxBytes: 64 * MIB,
    interceptors: options.interceptors ?? [],
    acceptCompression: [compressionGzip],
    ...(options.packs === true ? { sendCompression: compressionGzip } : {}),
  });
  return createClient(Echo, transport);
}

async function* words(...all: string[]): AsyncGenerator<{ text: string }> {
  for (const text of all) yield { text };
}

test("unary", async (t) => {
  const client = await useEcho(t, echoService);
  assert.equal((await client.unary({ text: "hello" })).text, "hello");
});

test("server streaming", async (t) => {
  const client = await useEcho(t, echoService);
  const texts: string[] = [];
  for await (const { text } of client.serverStream({ text: "n", repeat: 3 })) texts.push(text);
  assert.deepEqual(texts, ["n 1", "n 2", "n 3"]);
});

test("client streaming", async (t) => {
  const client = await useEcho(t, echoService);
  assert.equal((await client.clientStream(words("a", "b", "c"))).text, "a b c");
});

test("bidirectional, and a stream without messages", async (t) => {
  const client = await useEcho(t, echoService);
  const texts: string[] = [];
  for await (const { text } of client.bidi(words("a", "b"))) texts.push(text);
  assert.deepEqual(texts, ["a", "b"]);
  for await (const reply of client.bidi(words())) assert.fail(reply.text);
});

test("32 MiB there and back", async (t) => {
  const client = await useEcho(t, echoService);
  const payload = new Uint8Array(32 * MIB).fill(7);
  const reply = await client.unary({ payload });
  assert.equal(Buffer.compare(reply.payload, payload), 0);
});

test("gzip both ways", async (t) => {
  const encodings: (string | null)[] = [];
  const note: Interceptor = (next) => async (request) => {
    const response = await next(request);
    encodings.push(response.header.get("grpc-encoding"));
    return response;
  };
  const client = await useEcho(t, echoService, { packs: true, interceptors: [note] });
  const payload = new Uint8Array(MIB).fill(7);
  const reply = await client.unary({ payload });
  assert.equal(Buffer.compare(reply.payload, payload), 0);
  assert.deepEqual(encodings, ["gzip"]);
});

test("a message that unpacks to more than the limit", async (t) => {
  const client = await useEcho(t, echoService, { packs: true, maxMessageBytes: MIB });
  const payload = new Uint8Array(2 * MIB);
  await assert.rejects(client.unary({ payload }), { code: Code.ResourceExhausted });
});

test("a method without a function is unimplemented", async (t) => {
  const client = await useEcho(t, serviceOf(Echo, {}));
  await assert.rejects(client.unary({}), { code: Code.Unimplemented });
});

const failures = [
  {
    name: "a GrpcError",
    thrown: new GrpcError(STATUS.ABORTED, "try again", {
      trailers: Metadata.of([["x-retry", "yes"]]),
    }),
    code: Code.Aborted,
    message: "try again",
  },
  {
    name: "a Problem",
    thrown: new Problem("not_found", "no such server"),
    code: Code.NotFound,
    message: "no such server",
  },
  {
    name: "anything else",
    thrown: new Error("the password is 123"),
    code: Code.Internal,
    message: "an unexpected error",
  },
];

for (const { name, thrown, code, message } of failures) {
  test(`${name} thrown by each kind of method`, async (t) => {
    const client = await useEcho(
      t,
      serviceOf(Echo, {
        unary: () => {
          throw thrown;
        },
        clientStream: () => Promise.reject(thrown),
        async *serverStream() {
          yield { text: "one" };
          throw thrown;
        },
        // oxlint-disable-next-line require-yield
        async *bidi() {
          throw thrown;
        },
      }),
    );
    const calls = [
      () => client.unary({}),
      () => client.clientStream(words("a")),
      () => Array.fromAsync(client.serverStream({})),
      () => Array.fromAsync(client.bidi(words("a"))),
    ];
    for (const call of calls) {
      await assert.rejects(call(), (error) => {
        assert.ok(error instanceof ConnectError);
        assert.equal(error.code, code);
        assert.equal(error.rawMessage, message);
        if (code === Code.Aborted) assert.equal(error.metadata.get("x-retry"), "yes");
        return true;
      });
    }
  });
}

test("an object with state keeps its this", async (t) => {
  class Counter {
    #count = 0;
    unary(): { text: string } {
      this.#count += 1;
      return { text: String(this.#count) };
    }
  }
  const client = await useEcho(t, serviceOf(Echo, new Counter()));
  const texts = [(await client.unary({})).text, (await client.unary({})).text];
  assert.deepEqual(texts, ["1", "2"]);
});

test("a client that leaves ends the generator", async (t) => {
  const left = Promise.withResolvers<string>();
  const client = await useEcho(
    t,
    serviceOf(Echo, {
      async *serverStream(_request, { signal }) {
        try {
          for (let n = 0; ; n++) yield { text: String(n) };
        } finally {
          left.resolve(signal.aborted ? "aborted" : "not aborted");
        }
      },
    }),
  );
  const leave = new AbortController();
  const read = async (): Promise<void> => {
    for await (const { text } of client.serverStream({}, { signal: leave.signal })) {
      if (text === "10") leave.abort();
    }
  };
  await assert.rejects(read(), { code: Code.Canceled });
  assert.equal(await left.promise, "aborted");
});

test("an iterator that waits for something else is told when the call is over", async (t) => {
  const asked = Promise.withResolvers<void>();
  const returned = Promise.withResolvers<void>();
  const responses = {
    next: () => {
      asked.resolve();
      return Promise.withResolvers<never>().promise;
    },
    return: () => {
      returned.resolve();
      return Promise.resolve({ done: true, value: undefined } as const);
    },
    [Symbol.asyncIterator]: () => responses,
  };
  const client = await useEcho(t, serviceOf(Echo, { serverStream: () => responses }));
  const leave = new AbortController();
  const read = Array.fromAsync(client.serverStream({}, { signal: leave.signal }));
  const rejected = assert.rejects(read, { code: Code.Canceled });
  await asked.promise;
  leave.abort();
  await rejected;
  await returned.promise;
});

test("a method that reads only some of its requests answers early", async (t) => {
  const client = await useEcho(
    t,
    serviceOf(Echo, {
      async clientStream(requests) {
        for await (const { text } of requests) return { text };
        return {};
      },
    }),
  );
  async function* endless(): AsyncGenerator<{ text: string }> {
    for (let n = 0; ; n++) yield { text: String(n) };
  }
  assert.equal((await client.clientStream(endless())).text, "0");
});

test("headers and trailers", async (t) => {
  const client = await useEcho(
    t,
    serviceOf(Echo, {
      unary: (_request, context) => {
        context.sendHeaders(Metadata.of([["x-head", "h"]]));
        context.setTrailers(Metadata.of([["x-tail", "t"]]));
        return { text: context.metadata.getAll("x-in").join() };
      },
    }),
  );
  const seen: (string | null)[] = [];
  const { text } = await client.unary(
    {},
    {
      headers: [["x-in", "1"]],
      onHeader: (headers) => seen.push(headers.get("x-head")),
      onTrailer: (trailers) => seen.push(trailers.get("x-tail")),
    },
  );
  assert.equal(text, "1");
  assert.deepEqual(seen, ["h", "t"]);
});
