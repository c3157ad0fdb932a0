import { Problem } from "@signalbox/base";
import type { RawData, WebSocket } from "ws";
import type { CliIo } from "../../cli-io.ts";

/** Ctrl-], as telnet has it. */
const DETACH_KEY = 0x1d;

/**
 * Joins the terminal with a console until the detach key, Ctrl-C on the command itself, or the
 * console's end. Keys go to the machine as they are typed, Ctrl-C too: it belongs to the guest.
 *
 * @throws Problem `unavailable` when the connection fails
 */
export async function attachConsole(socket: WebSocket, io: CliIo): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const { stdin } = io;
  const wasRaw = stdin.isRaw ?? false;

  const onInput = (chunk: Buffer): void => {
    const detachAt = chunk.indexOf(DETACH_KEY);
    const keys = detachAt < 0 ? chunk : chunk.subarray(0, detachAt);
    if (keys.length > 0 && socket.readyState === socket.OPEN) {
      stdin.pause();
      socket.send(keys, () => stdin.resume());
    }
    if (detachAt >= 0) socket.close();
  };
  const onAbort = (): void => socket.close();

  socket.on("open", () => {
    if (stdin.isTTY) stdin.setRawMode(true);
    stdin.on("data", onInput);
    stdin.once("end", () => socket.close());
  });
  socket.on("message", (data: RawData) => {
    // A terminal that is slower than the machine holds the machine's side back.
    if (!io.stdout.write(bytesOf(data))) {
      socket.pause();
      io.stdout.once("drain", () => socket.resume());
    }
  });
  socket.on("unexpected-response", (_request, response) => {
    reject(new Problem("unavailable", `the console was refused (${response.statusCode})`));
    socket.terminate();
  });
  socket.on("error", (error) => {
    reject(new Problem("unavailable", "the console's connection failed", { cause: error }));
  });
  socket.on("close", () => resolve());
  io.signal.addEventListener("abort", onAbort, { once: true });
  try {
    await promise;
  } finally {
    io.signal.removeEventListener("abort", onAbort);
    stdin.off("data", onInput);
    if (stdin.isTTY) stdin.setRawMode(wasRaw);
    stdin.pause();
  }
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
