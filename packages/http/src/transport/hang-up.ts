import type { Duplex } from "node:stream";
import type { Clock } from "@signalbox/base";

/** Closing at once could take the answer from a caller who still sends. */
const LINGER_MS = 1000;

/**
 * Sends the last bytes of a connection and lets go of it. Node's HTTP sockets may be half open:
 * after `end` alone, one whose caller never closes its side would be held for ever.
 */
export function hangUp(socket: Duplex, bytes: string, clock: Clock): void {
  const cancel = clock.after(LINGER_MS, () => socket.destroy());
  socket.once("close", cancel);
  // What still comes is of no interest, but the caller's own end is behind it.
  socket.resume().end(bytes);
}
