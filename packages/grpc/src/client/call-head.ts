import { encodeGrpcTimeout } from "../grpc-timeout.ts";
import type { Metadata } from "../metadata.ts";
import { isSendable } from "../reserved-names.ts";

/** What the headers of a request are made of. */
export interface CallHead {
  readonly scheme: "http" | "https";
  readonly authority: string;
  readonly path: string;
  readonly userAgent: string;
  readonly encoding: string;
  /** What is left until the deadline; undefined without one. */
  readonly timeLeftMs: number | undefined;
  readonly metadata: Metadata;
}

/** Name, value, name, value, as Node sends it. Fields that cannot be sent are left out. */
export function callHeaders(head: CallHead): string[] {
  const list = [
    ":method",
    "POST",
    ":scheme",
    head.scheme,
    ":authority",
    head.authority,
    ":path",
    head.path,
    "content-type",
    "application/grpc",
    "te",
    "trailers",
    "user-agent",
    head.userAgent,
    "grpc-accept-encoding",
    "gzip",
  ];
  if (head.encoding !== "identity") list.push("grpc-encoding", head.encoding);
  if (head.timeLeftMs !== undefined) list.push("grpc-timeout", encodeGrpcTimeout(head.timeLeftMs));
  for (const [name, value] of head.metadata.entries()) {
    if (isSendable(name, value)) list.push(name, value);
  }
  return list;
}
