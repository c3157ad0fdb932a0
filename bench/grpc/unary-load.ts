import { type ClientHttp2Session, connect } from "node:http2";
import { encodeFrame } from "@signalbox/grpc";
import { ECHO_PATH, HOLD_PATH } from "./sample.ts";

const REQUEST = encodeFrame(Buffer.alloc(100, "x")).bytes;

const headersOf = (path: string): Record<string, string> => ({
  ":method": "POST",
  ":path": path,
  "content-type": "application/grpc",
  te: "trailers",
});

/** Calls on one connection, so many at a time, for so long; answers how many were answered. */
export async function callFor(port: number, inFlight: number, ms: number): Promise<number> {
  const session = connect(`http://127.0.0.1:${port}`, { maxSessionMemory: 1_000 });
  const endMs = performance.now() + ms;
  let calls = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < endMs) {
      await callOnce(session);
      calls += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  session.destroy();
  return calls;
}

function callOnce(session: ClientHttp2Session): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = session.request(headersOf(ECHO_PATH));
    let isAnswered = false;
    stream.on("trailers", (trailers) => {
      isAnswered = trailers["grpc-status"] === "0";
    });
    stream.on("error", reject);
    stream.on("close", () => (isAnswered ? resolve() : reject(new Error("a call failed"))));
    stream.resume();
    stream.end(REQUEST);
  });
}

/** Opens streams that have sent one message and then lie idle. Destroy the session to end them. */
export async function openIdle(port: number, count: number): Promise<ClientHttp2Session> {
  const session = connect(`http://127.0.0.1:${port}`, { maxSessionMemory: 1_000 });
  await new Promise((resolve) => session.once("remoteSettings", resolve));
  const open = (): Promise<void> =>
    new Promise((resolve) => session.request(headersOf(HOLD_PATH)).once("data", () => resolve()));
  await Promise.all(Array.from({ length: count }, open));
  return session;
}
