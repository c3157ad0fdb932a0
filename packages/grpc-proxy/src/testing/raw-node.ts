import type { Socket } from "node:net";
import type { TestContext } from "node:test";
import { useSockets } from "./use-sockets.ts";

const PREFACE_BYTES = 24;
const HEAD_BYTES = 9;

export const FRAME = {
  data: 0,
  headers: 1,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const FLAG = { ack: 1, endStream: 1, endHeaders: 4 } as const;

/** `:status: 200` and gRPC's content type, in HPACK without its table. */
export const HEADERS: Buffer = Buffer.concat([
  Buffer.from([0x88]),
  field("content-type", "application/grpc"),
]);
export const TRAILERS: Buffer = field("grpc-status", "0");

/** A field, in full. Name and value below 127 bytes. */
export function field(name: string, value: string): Buffer {
  return Buffer.concat([
    Buffer.from([0, name.length]),
    Buffer.from(name),
    Buffer.from([value.length]),
    Buffer.from(value),
  ]);
}

/** A connection that a whole request has come on. */
export class Wire {
  readonly socket: Socket;
  /** The call's. */
  readonly streamId: number;

  constructor(socket: Socket, streamId: number) {
    this.socket = socket;
    this.streamId = streamId;
  }

  /** Writes a frame of the call's stream. */
  send(type: number, flags: number, payload: Buffer = Buffer.alloc(0)): void {
    this.socket.write(frame(type, flags, this.streamId, payload));
  }

  /** Writes a frame of the connection. */
  sendToAll(type: number, flags: number, payload: Buffer = Buffer.alloc(0)): void {
    this.socket.write(frame(type, flags, 0, payload));
  }
}

function frame(type: number, flags: number, streamId: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

/**
 * A node that speaks HTTP/2 by hand: well until a request has come to its end, then as `fault` says.
 * To a client that still sends, the same bytes may mean something else.
 */
export function useRawNode(t: TestContext, fault: (wire: Wire) => void): Promise<string> {
  return useSockets(t, (socket) => {
    const connection = new Wire(socket, 0);
    connection.sendToAll(FRAME.settings, 0);
    onFrames(socket, (type, flags, streamId) => {
      if (type === FRAME.settings && flags === 0) connection.sendToAll(FRAME.settings, FLAG.ack);
      const isRequest = type === FRAME.headers || type === FRAME.data;
      if (isRequest && (flags & FLAG.endStream) !== 0) fault(new Wire(socket, streamId));
    });
  });
}

function onFrames(
  socket: Socket,
  onFrame: (type: number, flags: number, streamId: number) => void,
): void {
  let bytes = Buffer.alloc(0);
  let isPrefaceRead = false;
  socket.on("data", (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    if (!isPrefaceRead) {
      if (bytes.length < PREFACE_BYTES) return;
      bytes = bytes.subarray(PREFACE_BYTES);
      isPrefaceRead = true;
    }
    while (bytes.length >= HEAD_BYTES) {
      const end = HEAD_BYTES + bytes.readUIntBE(0, 3);
      if (bytes.length < end) return;
      onFrame(bytes[3] ?? 0, bytes[4] ?? 0, bytes.readUInt32BE(5) & 0x7fff_ffff);
      bytes = bytes.subarray(end);
    }
  });
}
