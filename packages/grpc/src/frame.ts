/** Bytes before each message: one flag, four of length. */
export const FRAME_HEADER_BYTES = 5;

/** A message as it came: its bytes, and whether they are compressed. */
export interface MessageFrame {
  readonly isCompressed: boolean;
  /** Header and payload, as a relay hands them on. */
  readonly bytes: Buffer;
  readonly payload: Buffer;
}

/**
 * A message ready for the wire, header included. It is built once and may be written to any
 * number of streams: nobody changes its bytes.
 */
export interface WireFrame {
  readonly bytes: Buffer;
}

/** Puts the header before a message. The bytes are copied once, here. */
export function encodeFrame(payload: Uint8Array, isCompressed = false): WireFrame {
  const bytes = Buffer.allocUnsafe(FRAME_HEADER_BYTES + payload.length);
  bytes[0] = isCompressed ? 1 : 0;
  bytes.writeUInt32BE(payload.length, 1);
  bytes.set(payload, FRAME_HEADER_BYTES);
  return Object.freeze({ bytes });
}
