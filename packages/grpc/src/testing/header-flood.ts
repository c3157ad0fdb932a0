// A program that must not die: a server floods our channels with headers, and connections end
// while Node still has them. Without `holdSessionHandle` a collection right then ends the process.
import { createServer, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { Channel } from "../client/channel.ts";

const ROUNDS = 5;
const AT_A_TIME = 20;
/** More fields than a channel takes. */
const FLOOD = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`x-${i}`, "v"]));

const server = createServer({ maxSendHeaderBlockLength: 2 ** 20 });
const sessions = new Set<ServerHttp2Session>();
server.on("session", (session) => {
  sessions.add(session);
  session.on("error", () => {});
  session.on("close", () => sessions.delete(session));
});
server.on("stream", (stream) => {
  stream.on("error", () => {});
  stream.respond(FLOOD);
});
server.listen(0, "127.0.0.1", () => void run());

async function run(): Promise<void> {
  const { port } = server.address() as AddressInfo;
  for (let round = 0; round < ROUNDS; round++) {
    await Promise.all(Array.from({ length: AT_A_TIME }, () => callOnce(`127.0.0.1:${port}`)));
    globalThis.gc?.();
  }
  for (const session of sessions) session.destroy();
  server.close();
}

function callOnce(address: string): Promise<void> {
  const channel = new Channel(address);
  return new Promise((resolve, reject) => {
    channel.open(
      "/t.T/Call",
      {},
      {
        onHeaders: () => reject(new Error("the flood was taken")),
        onMessage: () => {},
        onDrain: () => {},
        onClose: () => {
          channel.destroy();
          channel.close().then(resolve, reject);
        },
      },
    );
  });
}
