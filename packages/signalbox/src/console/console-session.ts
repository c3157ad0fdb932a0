import type { Duplex } from "node:stream";
import type { CancelTimer, Clock } from "@signalbox/base";
import type { RawData, WebSocket } from "ws";
import { CONSOLE_CLOSE } from "./console-protocol.ts";

export interface ConsoleSessionLimits {
  /** Closed after this long without a byte either way. */
  readonly idleMs: number;
  /** Closed after this long, idle or not. */
  readonly maxMs: number;
}

/** Bytes that may wait for a slow browser before the machine's side is paused. */
const MAX_UNSENT_BYTES = 256 * 1024;

/**
 * Joins a WebSocket and a serial line until one of them ends, or a limit is reached. A slow side
 * pauses the other, so nothing is buffered without a bound.
 *
 * @returns resolves when both are closed and no timer is left
 */
export function joinConsole(
  socket: WebSocket,
  line: Duplex,
  limits: ConsoleSessionLimits,
  clock: Clock,
): Promise<void> {
  const closed = Promise.withResolvers<void>();
  const timers = startTimers(limits, clock, (code, reason) => socket.close(code, reason));

  line.on("data", (chunk: Buffer) => {
    timers.touch();
    socket.send(chunk, () => {
      if (line.isPaused() && socket.bufferedAmount < MAX_UNSENT_BYTES / 2) line.resume();
    });
    if (socket.bufferedAmount > MAX_UNSENT_BYTES) line.pause();
  });
  line.on("drain", () => socket.resume());
  line.on("end", () => socket.close(CONSOLE_CLOSE.ended, "the console ended"));
  line.on("close", () => socket.close(CONSOLE_CLOSE.ended, "the console ended"));
  line.on("error", () => socket.close(CONSOLE_CLOSE.failed, "the console failed"));

  socket.on("message", (data: RawData) => {
    timers.touch();
    if (!line.writable) return;
    if (!line.write(bytesOf(data))) socket.pause();
  });
  // A protocol error closes the socket by itself; what remains to do is in "close".
  socket.on("error", () => {});
  socket.on("close", () => {
    timers.cancel();
    line.destroy();
    closed.resolve();
  });
  return closed.promise;
}

function startTimers(
  { idleMs, maxMs }: ConsoleSessionLimits,
  clock: Clock,
  close: (code: number, reason: string) => void,
): { touch(): void; cancel(): void } {
  let lastMs = clock.monotonic();
  let cancelIdle: CancelTimer = () => {};
  const watchIdle = (afterMs: number): void => {
    cancelIdle = clock.after(afterMs, () => {
      const leftMs = lastMs + idleMs - clock.monotonic();
      if (leftMs > 0) watchIdle(leftMs);
      else close(CONSOLE_CLOSE.idle, "closed after a long silence");
    });
  };
  watchIdle(idleMs);
  const cancelMax = clock.after(maxMs, () => {
    close(CONSOLE_CLOSE.tooLong, "closed at the longest time a session may have");
  });
  return {
    touch: () => {
      lastMs = clock.monotonic();
    },
    cancel: () => {
      cancelIdle();
      cancelMax();
    },
  };
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
