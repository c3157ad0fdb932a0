import type { OutgoingHttpHeaders, ServerStreamResponseOptions } from "node:http2";
import { encodeGrpcMessage } from "../grpc-message.ts";
import type { GrpcStatus } from "../grpc-status.ts";
import { encodeBinary, type Metadata } from "../metadata.ts";
import { isSendable } from "../reserved-names.ts";
import { STATUS } from "../status.ts";

/** Name, value, name, value: the form that Node sends without building an object. */
export type HeaderList = readonly string[];

/** How Node is to send them: a `date` says nothing to anyone here, and costs bytes in each answer. */
export const BEFORE_MESSAGES: ServerStreamResponseOptions = withoutDate({ waitForTrailers: true });
export const NOTHING_FOLLOWS: ServerStreamResponseOptions = withoutDate({ endStream: true });

/** Node's types do not know the option yet. */
function withoutDate(options: ServerStreamResponseOptions): ServerStreamResponseOptions {
  return Object.freeze({ ...options, sendDate: false });
}

const PLAIN: HeaderList = [
  ":status",
  "200",
  "content-type",
  "application/grpc",
  "grpc-accept-encoding",
  "gzip",
];

/** The headers before the first message. Fields that cannot be sent are left out. */
export function responseHeaders(metadata: Metadata, encoding: string): HeaderList {
  if (metadata.isEmpty && encoding === "identity") return PLAIN;
  const list = [...PLAIN];
  if (encoding !== "identity") list.push("grpc-encoding", encoding);
  pushMetadata(list, metadata);
  return list;
}

/** The only headers of a call that ends before anything was sent. */
export function trailersOnly(
  httpStatus: number,
  status: GrpcStatus,
  metadata: Metadata,
): HeaderList {
  const list = [":status", String(httpStatus), "content-type", "application/grpc"];
  if (status.code === STATUS.UNIMPLEMENTED) list.push("grpc-accept-encoding", "gzip");
  pushStatus(list, status);
  pushMetadata(list, metadata);
  return list;
}

/** The headers behind the last message, in the only form that Node takes here. */
export function trailersOf(status: GrpcStatus, metadata: Metadata): OutgoingHttpHeaders {
  const list: string[] = [];
  pushStatus(list, status);
  pushMetadata(list, metadata);
  const trailers: Record<string, string | string[]> = Object.create(null);
  for (let i = 0; i < list.length; i += 2) {
    const name = list[i] as string;
    const value = list[i + 1] as string;
    const before = trailers[name];
    if (before === undefined) trailers[name] = value;
    else if (typeof before === "string") trailers[name] = [before, value];
    else before.push(value);
  }
  return trailers;
}

function pushStatus(list: string[], status: GrpcStatus): void {
  list.push("grpc-status", String(status.code));
  if (status.message !== "") list.push("grpc-message", encodeGrpcMessage(status.message));
  if (status.details !== undefined) {
    list.push("grpc-status-details-bin", encodeBinary(status.details));
  }
}

function pushMetadata(list: string[], metadata: Metadata): void {
  for (const [name, value] of metadata.entries()) {
    if (isSendable(name, value)) list.push(name, value);
  }
}
