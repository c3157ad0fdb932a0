import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** A path whose connections become something else than HTTP: a WebSocket. */
export interface UpgradeRoute {
  /** Matched as it is; no parameters, since a ticket in a path would end up in logs. */
  readonly path: string;
  /**
   * Takes the connection over: checks the caller's right to it, answers the handshake, and ends
   * it when the daemon stops. Must not throw.
   */
  readonly upgrade: (
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ) => void | Promise<void>;
}
