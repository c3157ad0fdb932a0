import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import {
  Channel,
  type ClientOutcome,
  createGrpcServer,
  encodeFrame,
  Metadata,
  OK_STATUS,
  Router,
  STATUS,
} from "@signalbox/grpc";
import { hostnameMetadata } from "@signalbox/grpc-proxy";
import { type ExampleOptions, ExampleProcess } from "./example-process.ts";

const ignore = (): void => {};
const NOBODY = "127.0.0.1:1";

/** examples/grpc-relay: one call to one machine or to many, and to none that was not named. */
export async function checkGrpcRelay(
  t: TestContext,
  options: Omit<ExampleOptions, "args">,
): Promise<void> {
  const [a, b] = [await startMachine(t, "a"), await startMachine(t, "b")];
  const example = await ExampleProcess.start(t, { ...options, args: [a, NOBODY, b] });
  const channel = new Channel(example.address);
  t.after(() => channel.close(0));

  const one = await ask(channel, "/any.Service/Get", [["node", a]]);
  assert.deepEqual(one, { messages: [messages("a")], code: STATUS.OK });

  const all = [a, NOBODY, b].map((address) => ["nodes", address] as const);
  const { messages: replies, code } = await ask(channel, "/any.Service/Get", all);
  const [reply = Buffer.alloc(0)] = replies;
  assert.deepEqual([replies.length, code], [1, STATUS.OK]);
  assert.ok(reply.indexOf(messages("a", hostnameMetadata(a))) === 0, reply.toString("hex"));
  assert.match(reply.toString("latin1"), /127\.0\.0\.1:1.*code = Unavailable/s);
  const last = messages("b", hostnameMetadata(b));
  assert.deepEqual(reply.subarray(-last.length), last);

  const watched = await ask(channel, "/any.Service/Watch", all);
  assert.deepEqual([watched.messages.length, watched.code], [3, STATUS.OK]);

  const stranger = await ask(channel, "/any.Service/Get", [["node", "127.0.0.1:2"]]);
  assert.deepEqual(stranger, { messages: [], code: STATUS.NOT_FOUND });
  assert.equal(await example.stop(), 0);
}

/** `{ messages: [{ text: 2, … }] }` */
function messages(text: string, more: Buffer = Buffer.alloc(0)): Buffer {
  const message = Buffer.concat([Buffer.from([0x12, text.length]), Buffer.from(text), more]);
  return Buffer.concat([Buffer.from([0x0a, message.length]), message]);
}

/** A machine that answers every call with one reply. */
async function startMachine(t: TestContext, text: string): Promise<string> {
  const router = new Router({
    unknown: (call) => ({
      onMessage: ignore,
      onHalfClose: () => {
        call.write(encodeFrame(messages(text)).bytes);
        call.end(OK_STATUS);
      },
      onDrain: ignore,
      onClose: ignore,
    }),
  });
  const server = createGrpcServer({ router });
  t.after(() => server.close());
  const { port } = await server.listen({ port: 0 });
  return `127.0.0.1:${port}`;
}

interface Answer {
  readonly messages: readonly Buffer[];
  readonly code: number;
}

function ask(
  channel: Channel,
  path: string,
  metadata: readonly (readonly [string, string])[],
): Promise<Answer> {
  const got: Buffer[] = [];
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const listener = {
    onHeaders: ignore,
    onMessage: (message: Buffer) => void got.push(message),
    onDrain: ignore,
    onClose: ({ status }: ClientOutcome) => resolve({ messages: got, code: status.code }),
  };
  channel.open(path, { metadata: Metadata.of(metadata) }, listener).halfClose();
  return promise;
}
