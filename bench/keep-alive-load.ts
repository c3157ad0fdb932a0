import { once } from "node:events";
import { connect } from "node:net";
import { systemClock } from "@signalbox/base";

export interface Load {
  readonly port: number;
  /** The whole request, sent again as soon as its answer is there. */
  readonly request: string;
  readonly connections: number;
  readonly durationMs: number;
}

/**
 * Sends one request over and over and answers how many were answered per second. It counts bytes
 * instead of parsing, so that the generator takes as little of the machine as it can; answers
 * must therefore have one length.
 */
export async function measureRate({
  port,
  request,
  connections,
  durationMs,
}: Load): Promise<number> {
  const answerBytes = await lengthOfAnswer(port, request);
  const sockets = await Promise.all(Array.from({ length: connections }, () => dial(port)));
  let received = 0;
  for (const socket of sockets) {
    let pending = answerBytes;
    socket.on("data", (chunk) => {
      received += chunk.length;
      pending -= chunk.length;
      if (pending > 0) return;
      pending += answerBytes;
      socket.write(request);
    });
    socket.write(request);
  }
  const started = systemClock.monotonic();
  await systemClock.sleep(durationMs);
  const tookMs = systemClock.monotonic() - started;
  for (const socket of sockets) socket.destroy();
  return received / answerBytes / (tookMs / 1000);
}

async function dial(port: number): Promise<ReturnType<typeof connect>> {
  const socket = connect(port, "127.0.0.1").setNoDelay(true);
  await once(socket, "connect");
  return socket;
}

async function lengthOfAnswer(port: number, request: string): Promise<number> {
  const socket = await dial(port);
  socket.setEncoding("latin1");
  let text = "";
  socket.write(request);
  for await (const chunk of socket as AsyncIterable<string>) {
    text += chunk;
    const headEnd = text.indexOf("\r\n\r\n");
    const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1];
    if (headEnd < 0 || length === undefined) continue;
    if (!text.startsWith("HTTP/1.1 200 ")) throw new Error(`the load is refused: ${text}`);
    if (text.length >= headEnd + 4 + Number(length)) return headEnd + 4 + Number(length);
  }
  throw new Error("the connection ended before the answer was there");
}
