// Many xDS clients in a process of their own, driven over IPC.
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import { encodeFrame } from "@signalbox/grpc";
import { AnswerReader } from "./answer-reader.ts";
import type { FleetCommand, FleetOptions, FleetReport } from "./fleet-control.ts";
import { assignment, FIRST_PORT } from "./assignment.ts";
import type { Load } from "./measured-server.ts";
import { acknowledgement, firstRequest, METHODS } from "./messages.ts";

const sessions: ClientHttp2Session[] = [];
let answered = 0;
let bytes = 0;

process.on("message", (command: FleetCommand) => {
  if (command.type === "open") open(command);
  else report();
});
process.on("disconnect", () => process.exit());

function open(options: FleetOptions): void {
  const { port, connections, streams } = options;
  const first = sessions.length;
  for (let i = 0; i < connections; i++) {
    const session = connect(`http://127.0.0.1:${port}`, {
      settings: { initialWindowSize: 16 << 20 },
      maxSessionMemory: 4096,
    });
    session.on("connect", () => session.setLocalWindowSize(64 << 20));
    session.on("error", fail);
    sessions.push(session);
  }
  answered = 0;
  bytes = 0;
  const hello = firstRequest(options.variant, "bench", options.names, versionsOf(options.holds));
  for (let i = 0; i < streams; i++) {
    const session = sessions[first + (i % connections)];
    if (session !== undefined) openStream(session, hello, options);
  }
}

function openStream(session: ClientHttp2Session, hello: Uint8Array, options: FleetOptions): void {
  const { variant, names, streams } = options;
  const stream = session.request(
    {
      [constants.HTTP2_HEADER_METHOD]: "POST",
      [constants.HTTP2_HEADER_PATH]: METHODS[variant],
      "content-type": "application/grpc",
      te: "trailers",
    },
    { endStream: false },
  );
  const reader = new AnswerReader((head) => {
    send(stream, acknowledgement(variant, head.nonce, head.version, names));
    bytes += head.bytes;
    answered++;
    if (answered === streams) round();
  });
  stream.on("data", (chunk: Buffer) => reader.push(chunk));
  stream.on("error", fail);
  send(stream, hello);
}

function send(stream: ClientHttp2Stream, message: Uint8Array): void {
  stream.write(encodeFrame(message).bytes);
}

/** Every stream has had one more answer. */
function round(): void {
  report();
  answered = 0;
  bytes = 0;
}

function report(): void {
  const told: FleetReport = { atNs: String(process.hrtime.bigint()), bytes };
  process.send?.(told);
}

/** Name → version of what a server of this load begins with. */
function versionsOf(load: Load | undefined): Readonly<Record<string, string>> {
  const { resources, endpoints } = load ?? { resources: 0, endpoints: 0 };
  return Object.fromEntries(
    Array.from({ length: resources }, (_, index) => {
      const { name, version } = assignment(index, endpoints, FIRST_PORT);
      return [name, version];
    }),
  );
}

function fail(error: Error): void {
  console.error(`fleet: ${error.message}`);
  process.exit(1);
}
