import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Metadata as JsMetadata, status as jsStatus } from "@grpc/grpc-js";
import { VirtualClock } from "@signalbox/base";
import { OK_STATUS, status } from "../grpc-status.ts";
import { Metadata } from "../metadata.ts";
import { STATUS } from "../status.ts";
import { useGrpcJs } from "../testing/grpc-js-client.ts";
import { echo, listener } from "../testing/raw-handlers.ts";
import { useServer } from "../testing/use-server.ts";
import type { CallOutcome, RawHandler } from "./raw-call.ts";
import { Router } from "./router.ts";

const HOUR_MS = 3_600_000;

function routerOf(methods: Record<string, RawHandler>, unknown?: RawHandler): Router {
  const services = [{ name: "test.Raw", methods }];
  return new Router(unknown === undefined ? { services } : { services, unknown });
}

test("a unary call", async (t) => {
  const { address } = await useServer(t, { router: routerOf({ Echo: echo }) });
  const client = useGrpcJs(t, address);
  const { error, reply } = await client.unary("/test.Raw/Echo", "hello");
  assert.equal(error, null);
  assert.equal(reply, "hello");
});

test("a bidirectional call in lock-step", async (t) => {
  const { address } = await useServer(t, { router: routerOf({ Echo: echo }) });
  const call = useGrpcJs(t, address).bidi("/test.Raw/Echo");
  const replies: string[] = [];
  for (const word of ["one", "two", "three"]) {
    call.write(Buffer.from(word));
    const [reply] = await once(call, "data");
    replies.push(String(reply));
  }
  call.end();
  const [end] = await once(call, "status");
  assert.equal(end.code, jsStatus.OK);
  assert.deepEqual(replies, ["one", "two", "three"]);
});

test("an error without a message goes out in one block of headers", async (t) => {
  const details = Buffer.from("details");
  const refuse: RawHandler = (call) =>
    listener({
      onHalfClose: () =>
        call.end(
          { code: STATUS.NOT_FOUND, message: "naïve 100%", details },
          Metadata.of([["x-why", "gone"]]),
        ),
    });
  const { address } = await useServer(t, { router: routerOf({ Refuse: refuse }) });
  const answer = await useGrpcJs(t, address).unary("/test.Raw/Refuse", "");
  assert.equal(answer.error?.code, jsStatus.NOT_FOUND);
  assert.equal(answer.error.details, "naïve 100%");
  assert.deepEqual(answer.error.metadata.get("x-why"), ["gone"]);
  assert.deepEqual(answer.error.metadata.get("grpc-status-details-bin"), [details]);
});

test("metadata goes both ways, repeated fields apart", async (t) => {
  const seen: (readonly string[])[] = [];
  const meta: RawHandler = (call) => {
    seen.push(call.metadata.getAll("nodes"));
    const bytes = call.metadata.getBinary("x-bin") ?? Buffer.alloc(0);
    call.sendHeaders(Metadata.of([["x-head", "h"]]).withBinary("x-bin", bytes));
    return listener({
      onMessage: (message) =>
        void call.write(Buffer.concat([Buffer.from([0, 0, 0, 0, 5]), message])),
      onHalfClose: () =>
        call.end(
          OK_STATUS,
          Metadata.of([
            ["x-tail", "1"],
            ["x-tail", "2"],
          ]),
        ),
    });
  };
  const { address } = await useServer(t, { router: routerOf({ Meta: meta }) });
  const metadata = new JsMetadata();
  metadata.add("nodes", "10.0.0.1");
  metadata.add("nodes", "10.0.0.2");
  metadata.set("x-bin", Buffer.from([1, 2, 255]));
  const answer = await useGrpcJs(t, address).unary("/test.Raw/Meta", "hello", metadata);
  assert.equal(answer.error, null);
  assert.deepEqual(seen, [["10.0.0.1", "10.0.0.2"]]);
  assert.deepEqual(answer.headers?.get("x-head"), ["h"]);
  assert.deepEqual(answer.headers.get("x-bin"), [Buffer.from([1, 2, 255])]);
  assert.deepEqual(answer.trailers?.get("x-tail"), ["1, 2"]);
});

test("a client that takes its call back", async (t) => {
  const outcomes = Promise.withResolvers<CallOutcome>();
  let signal: AbortSignal | undefined;
  const wait: RawHandler = (call) => {
    signal = call.signal;
    call.sendHeaders(Metadata.empty);
    return listener({ onClose: outcomes.resolve });
  };
  const { address } = await useServer(t, { router: routerOf({ Wait: wait }) });
  const call = useGrpcJs(t, address).bidi("/test.Raw/Wait");
  call.on("error", () => {});
  await once(call, "metadata");
  call.cancel();
  const outcome = await outcomes.promise;
  assert.equal(outcome.end, "cancelled");
  assert.equal(outcome.status.code, STATUS.CANCELLED);
  assert.equal(signal?.aborted, true);
});

test("methods that nobody serves", async (t) => {
  const { address } = await useServer(t, { router: routerOf({ Echo: echo }) });
  const client = useGrpcJs(t, address);
  const method = await client.unary("/test.Raw/Other", "");
  assert.equal(method.error?.code, jsStatus.UNIMPLEMENTED);
  assert.equal(method.error.details, "unknown method Other for service test.Raw");
  const service = await client.unary("/other.Service/Do", "");
  assert.equal(service.error?.details, "unknown service other.Service");
});

test("the unknown-service handler takes them", async (t) => {
  const paths: string[] = [];
  const unknown: RawHandler = (call) => {
    paths.push(call.path, call.service, call.method);
    return echo(call);
  };
  const { address } = await useServer(t, { router: routerOf({}, unknown) });
  const { reply } = await useGrpcJs(t, address).unary("/a.b/c/D", "hello");
  assert.equal(reply, "hello");
  assert.deepEqual(paths, ["/a.b/c/D", "a.b/c", "D"]);
});

test("a handler that throws harms its own call alone", async (t) => {
  const { address } = await useServer(t, {
    router: routerOf({
      Echo: echo,
      ThrowOnOpen: () => {
        throw new Error("secret");
      },
      ThrowOnMessage: () =>
        listener({
          onMessage: () => {
            throw new Error("secret");
          },
        }),
    }),
  });
  const client = useGrpcJs(t, address);
  const steady = client.bidi("/test.Raw/Echo");
  for (const method of ["ThrowOnOpen", "ThrowOnMessage"]) {
    const { error } = await client.unary(`/test.Raw/${method}`, "x");
    assert.equal(error?.code, jsStatus.INTERNAL);
    assert.ok(!error.details.includes("secret"));
  }
  steady.write(Buffer.from("still here"));
  const [reply] = await once(steady, "data");
  assert.equal(String(reply), "still here");
  steady.end();
  await once(steady, "status");
});

test("a deadline that passes", async (t) => {
  const outcomes = Promise.withResolvers<CallOutcome>();
  const opened = Promise.withResolvers<number | undefined>();
  const wait: RawHandler = (call) => {
    opened.resolve(call.timeLeftMs);
    return listener({ onClose: outcomes.resolve });
  };
  // The client's own time does not come: the server's word is heard.
  const clock = new VirtualClock();
  const { address } = await useServer(t, { router: routerOf({ Wait: wait }), clock });
  const deadline = { deadline: Date.now() + HOUR_MS };
  const answered = useGrpcJs(t, address).unary("/test.Raw/Wait", "", undefined, deadline);
  const leftMs = (await opened.promise) ?? 0;
  assert.ok(leftMs > HOUR_MS / 2 && leftMs <= HOUR_MS, `${leftMs} ms are left`);
  await clock.advance(HOUR_MS);
  assert.equal((await answered).error?.code, jsStatus.DEADLINE_EXCEEDED);
  assert.equal((await outcomes.promise).end, "deadline");
});

test("authorization comes before the handler", async (t) => {
  let opened = 0;
  const count: RawHandler = (call) => {
    opened += 1;
    return echo(call);
  };
  const { address } = await useServer(t, {
    router: routerOf({ Count: count }),
    authorize: async (call) =>
      call.metadata.get("authorization") === "Bearer good"
        ? undefined
        : status(STATUS.UNAUTHENTICATED, "a token is needed"),
  });
  const client = useGrpcJs(t, address);
  const bad = await client.unary("/test.Raw/Count", "x");
  assert.equal(bad.error?.code, jsStatus.UNAUTHENTICATED);
  assert.equal(opened, 0);
  const metadata = new JsMetadata();
  metadata.set("authorization", "Bearer good");
  assert.equal((await client.unary("/test.Raw/Count", "x", metadata)).reply, "x");
  assert.equal(opened, 1);
});
