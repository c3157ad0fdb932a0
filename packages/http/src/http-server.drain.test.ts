import assert from "node:assert/strict";
import { Agent, get, type IncomingMessage, request } from "node:http";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { Channel, Problem, VirtualClock } from "@signalbox/base";
import { ownLoopback } from "@signalbox/testing";
import { defineOperation, type Operation, type ServerSentEvent } from "./operation.ts";
import { type Notes, startExample } from "./testing/example-service.ts";

const headers = { authorization: "Bearer all" };
const host = "127.0.0.1";

interface Watched {
  readonly operation: Operation<Notes>;
  readonly channel: Channel<ServerSentEvent>;
  readonly signal: Promise<AbortSignal>;
  readonly lastEventIds: (string | undefined)[];
}

function watched(): Watched {
  const channel = new Channel<ServerSentEvent>(1000);
  const { promise: signal, resolve } = Promise.withResolvers<AbortSignal>();
  const lastEventIds: (string | undefined)[] = [];
  const operation = defineOperation({
    id: "watch",
    method: "GET",
    path: "/watch",
    summary: "",
    tag: "",
    permission: "authenticated",
    responses: { 200: { description: "", contentType: "text/event-stream" } },
    handler: ({ signal, lastEventId }, _notes: Notes) => {
      resolve(signal);
      lastEventIds.push(lastEventId);
      return { status: 200, events: channel };
    },
  });
  return { operation, channel, signal, lastEventIds };
}

function gated(): {
  readonly operation: Operation<Notes>;
  readonly entered: Promise<AbortSignal>;
  readonly open: () => void;
} {
  const gate = Promise.withResolvers<void>();
  const { promise: entered, resolve } = Promise.withResolvers<AbortSignal>();
  const operation = defineOperation({
    id: "gated",
    method: "POST",
    path: "/gated",
    summary: "",
    tag: "",
    permission: "authenticated",
    responses: { 202: { description: "" } },
    handler: async ({ signal }, _notes: Notes) => {
      resolve(signal);
      await gate.promise;
      return { status: 202 };
    },
  });
  return { operation, entered, open: () => gate.resolve() };
}

async function open(port: number, path: string, more = {}): Promise<IncomingMessage> {
  const sent = get({ host, port, path, headers: { ...headers, ...more }, agent: false });
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  return response.setEncoding("utf8");
}

async function nextChunk(response: IncomingMessage): Promise<string> {
  const [chunk] = (await once(response, "data")) as [string];
  return chunk;
}

test("an event stream opens at once, carries events, and knows where to resume", async () => {
  const { operation, channel, lastEventIds } = watched();
  const { server } = startExample({}, [operation]);
  const { port } = await server.listen({ host, port: 0 });
  const response = await open(port, "/watch", { "last-event-id": "41" });
  assert.equal(response.statusCode, 200);
  assert.equal(response.headers["content-type"], "text/event-stream");
  assert.equal(await nextChunk(response), ": open\n\n");
  channel.send({ id: "42", data: "{}" });
  assert.equal(await nextChunk(response), "id: 42\ndata: {}\n\n");
  assert.deepEqual(lastEventIds, ["41"]);
  channel.close();
  await once(response, "end");
  await server.close();
});

test("when the caller leaves, the handler's signal aborts and its slot is free", async () => {
  const { operation, signal } = watched();
  const { server } = startExample({ limits: { callerInFlight: 1 } }, [operation]);
  const { port } = await server.listen({ host, port: 0 });
  const response = await open(port, "/watch");
  const aborted = once(await signal, "abort");
  response.destroy();
  await aborted;
  assert.equal((await server.inject({ url: "/api/v2/notes", headers })).statusCode, 200);
  await server.close();
});

test("close ends event streams cleanly and at once", async () => {
  const { operation, signal } = watched();
  const { server } = startExample({ limits: { drainTimeoutMs: 60_000 } }, [operation]);
  const { port } = await server.listen({ host, port: 0 });
  const response = await open(port, "/watch");
  await nextChunk(response);
  const ended = once(response.resume(), "end");
  await server.close();
  await ended;
  assert.equal(response.complete, true);
  assert.equal((await signal).aborted, true);
});

test("close waits for what is in flight and takes nothing new", async () => {
  const { operation, entered, open: openGate } = gated();
  const { server } = startExample({}, [operation]);
  // Where no other process can be given the port that is closed.
  const host = ownLoopback();
  const { port } = await server.listen({ host, port: 0 });
  const agent = new Agent({ keepAlive: true });
  const sent = request({ host, port, path: "/gated", method: "POST", headers, agent }).end();
  const answered = once(sent, "response") as Promise<[IncomingMessage]>;
  await entered;
  const closed = server.close();
  const late = get({ host, port, path: "/api/version", agent: false });
  await assert.rejects(once(late, "response"), { code: "ECONNREFUSED" });
  openGate();
  const [response] = await answered;
  assert.equal(response.statusCode, 202);
  response.resume();
  await closed;
  agent.destroy();
});

test("a request that is completed while the server drains is 503", async () => {
  const { operation, entered, open: openGate } = gated();
  const { server } = startExample({}, [operation]);
  const { port } = await server.listen({ host, port: 0 });
  const first = server.inject({ method: "POST", url: "/gated", headers });
  await entered;
  const socket = connect(port, host);
  let received = "";
  socket.setEncoding("latin1").on("data", (text: string) => {
    received += text;
  });
  socket.write("GET /api/v2/notes HTTP/1.1\r\nHost: a\r\n");
  // An answered request on another connection shows that the bytes above have been read.
  await once((await open(port, "/api/version")).resume(), "end");
  const closed = server.close();
  socket.write("\r\n");
  await once(socket, "close");
  assert.match(received, /^HTTP\/1.1 503 /);
  assert.match(received, /connection: close/);
  openGate();
  assert.equal((await first).statusCode, 202);
  await closed;
});

test("what does not finish is cut off at the drain deadline, its signal aborted", async () => {
  const { operation, entered } = gated();
  const { server } = startExample({ limits: { drainTimeoutMs: 20 } }, [operation]);
  const { port } = await server.listen({ host, port: 0 });
  const sent = request({ host, port, path: "/gated", method: "POST", headers, agent: false }).end();
  const broken = once(sent, "error");
  const signal = await entered;
  await server.close();
  await broken;
  assert.ok(signal.aborted);
  assert.ok(Problem.is(signal.reason, "unavailable"));
});

test("a handler past its deadline is answered 503, its signal aborted", async () => {
  const clock = new VirtualClock();
  const { operation, entered, open: openGate } = gated();
  const { server } = startExample({ clock, limits: { requestTimeoutMs: 1000 } }, [operation]);
  const answer = server.inject({ method: "POST", url: "/gated", headers });
  const signal = await entered;
  await clock.advance(1000);
  const { statusCode, headers: answered } = await answer;
  assert.equal(statusCode, 503);
  assert.equal(answered["retry-after"], "1");
  assert.equal(signal.aborted, true);
  openGate();
  await server.close();
  assert.equal(clock.pending, 0);
});

test("no timer is left behind by requests that are over", async () => {
  const clock = new VirtualClock();
  const { server } = startExample({ clock });
  await server.inject({ url: "/api/v2/notes", headers });
  await server.inject({ url: "/api/v2/notes" });
  await server.inject({ url: "/nope" });
  assert.equal(clock.pending, 0);
  await server.close();
});

test("closing twice is closing once", async () => {
  const { server } = startExample();
  await server.listen({ host, port: 0 });
  await Promise.all([server.close(), server.close()]);
});

test("a port that is taken is the system's error", async () => {
  const { server } = startExample();
  const { port } = await server.listen({ host, port: 0 });
  const { server: second } = startExample();
  await assert.rejects(second.listen({ host: "127.0.0.1", port }), { code: "EADDRINUSE" });
  await second.close();
  await server.close();
});
