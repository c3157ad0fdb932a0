// So many machines that answer at once, one that takes 500 ms, and a black hole, all on bare
// node:http2 in one process. Reports where they are. Argument: how many are prompt.
import { createServer as createHttp2Server, type ServerHttp2Stream } from "node:http2";
import { type AddressInfo, createServer, type Server } from "node:net";
import { systemClock } from "@signalbox/base";
import { encodeFrame } from "@signalbox/grpc";
import {
  ECHO_PATH,
  FOLLOW_PATH,
  type MachinesReport,
  NAME_PATH,
  NAME_STREAM_PATH,
  POUR_BYTES,
  POUR_FRAME,
  POUR_PATH,
} from "./sample.ts";

const SLOW_MS = 500;
const MESSAGE = Buffer.from([0x12, 1, 0x61]);
const NAME = encodeFrame(Buffer.concat([Buffer.from([0x0a, MESSAGE.length]), MESSAGE])).bytes;
const NAME_MESSAGE = encodeFrame(MESSAGE).bytes;
const LINE = encodeFrame(Buffer.alloc(1024 - 5, "x")).bytes;
const HEADERS = { ":status": 200, "content-type": "application/grpc" };

type Answer = (stream: ServerHttp2Stream) => void;

const answers: Readonly<Record<string, Answer>> = {
  [ECHO_PATH]: (stream) => stream.pipe(stream),
  [NAME_PATH]: (stream) => stream.end(NAME),
  [NAME_STREAM_PATH]: (stream) => stream.end(NAME_MESSAGE),
  [POUR_PATH]: (stream) => pour(stream, POUR_FRAME, POUR_BYTES / POUR_FRAME.length),
  [FOLLOW_PATH]: (stream) => pour(stream, LINE, Number.POSITIVE_INFINITY),
};

function pour(stream: ServerHttp2Stream, frame: Buffer, frames: number): void {
  let written = 0;
  const fill = (): void => {
    while (written < frames) {
      written += 1;
      if (!stream.write(frame)) return;
    }
    stream.end();
  };
  stream.on("drain", fill);
  fill();
}

async function startMachine(delayMs: number): Promise<string> {
  const settings = { maxConcurrentStreams: 10_000, initialWindowSize: 256 << 10 };
  const server = createHttp2Server({ maxSessionMemory: 1_000, settings });
  server.on("session", (session) => session.on("error", () => {}));
  server.on("stream", (stream, headers) => {
    stream.on("error", () => {});
    stream.respond(HEADERS, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    const answer = answers[String(headers[":path"])];
    if (answer === undefined) throw new Error(`no answer to ${String(headers[":path"])}`);
    if (headers[":path"] !== ECHO_PATH) stream.resume();
    if (delayMs === 0) answer(stream);
    else systemClock.after(delayMs, () => answer(stream));
  });
  return listen(server);
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

const count = Number(process.argv[2]);
process.on("disconnect", () => process.exit());
const prompt = await Promise.all(Array.from({ length: count }, () => startMachine(0)));
const slow = await startMachine(SLOW_MS);
const blackHole = await listen(createServer((socket) => void socket.on("error", () => {})));
process.send?.({ prompt, slow, blackHole } satisfies MachinesReport);
