/**
 * Names that belong to the protocol and are never metadata: gRPC's own (node-api §1.1), what
 * HTTP/2 forbids, and what describes one hop only. `grpc-accept-encoding` is among them because
 * each hop advertises what it decodes itself.
 */
const RESERVED: ReadonlySet<string> = new Set([
  "content-type",
  "user-agent",
  "te",
  "grpc-message-type",
  "grpc-encoding",
  "grpc-accept-encoding",
  "grpc-message",
  "grpc-status",
  "grpc-timeout",
  "connection",
  "content-length",
  "host",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/** True for a name that an application sees and may send. */
export function isMetadataName(name: string): boolean {
  return !RESERVED.has(name) && !name.startsWith(":");
}

const NAME = /^[0-9a-z_.-]+$/;
const FORBIDDEN = /[^\t\x20-\x7e\x80-\xff]/;

/** True for a field that can be put on the wire without harm to the connection. */
export function isSendable(name: string, value: string): boolean {
  return NAME.test(name) && isMetadataName(name) && !FORBIDDEN.test(value);
}
