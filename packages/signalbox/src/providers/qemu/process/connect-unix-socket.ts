import { closeSync, constants, openSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { type Clock, Problem } from "@signalbox/base";

export interface ConnectOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/**
 * Connects to the socket `name` in `directory`.
 *
 * A socket's address holds 108 bytes (unix(7)), less than a data directory may be deep. So the
 * address goes through a descriptor of the directory, which is short whatever the directory.
 *
 * @throws Problem `provider_unavailable`
 */
export async function connectUnixSocket(
  directory: string,
  name: string,
  { clock, signal, timeoutMs }: ConnectOptions,
): Promise<Socket> {
  signal.throwIfAborted();
  const descriptor = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  const socket = connect({ path: `/proc/self/fd/${descriptor}/${name}` });
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const give = (cause: unknown): void => {
    socket.destroy();
    reject(new Problem("provider_unavailable", `${name} cannot be reached`, { cause }));
  };
  const onAbort = (): void => {
    socket.destroy();
    reject(signal.reason);
  };
  const cancelTimer = clock.after(timeoutMs, () => give(new Error("timed out")));
  signal.addEventListener("abort", onAbort, { once: true });
  socket.once("error", give);
  socket.once("connect", () => resolve(socket));
  try {
    return await promise;
  } finally {
    cancelTimer();
    signal.removeEventListener("abort", onAbort);
    socket.off("error", give);
    closeSync(descriptor);
  }
}
