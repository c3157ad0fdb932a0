import { encodeFrame } from "../frame.ts";
import { OK_STATUS } from "../grpc-status.ts";
import type { RawCallListener, RawHandler } from "../server/raw-call.ts";

/** A listener of which only some parts matter. */
export function listener(parts: Partial<RawCallListener>): RawCallListener {
  return {
    onMessage: () => {},
    onHalfClose: () => {},
    onDrain: () => {},
    onClose: () => {},
    ...parts,
  };
}

/** Sends every message back; ends when the client does. */
export const echo: RawHandler = (call) =>
  listener({
    onMessage: (message) => void call.write(encodeFrame(message).bytes),
    onHalfClose: () => call.end(OK_STATUS),
  });
