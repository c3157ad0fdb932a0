import { constants } from "node:http2";
import { type GrpcStatus, status } from "../grpc-status.ts";
import { STATUS, type StatusCode } from "../status.ts";

/** Code of RST_STREAM → its name and the status of the call (node-api §1.1). */
const RESETS: ReadonlyMap<number, readonly [name: string, code: StatusCode]> = new Map([
  [constants.NGHTTP2_NO_ERROR, ["NO_ERROR", STATUS.INTERNAL]],
  [constants.NGHTTP2_PROTOCOL_ERROR, ["PROTOCOL_ERROR", STATUS.INTERNAL]],
  [constants.NGHTTP2_INTERNAL_ERROR, ["INTERNAL_ERROR", STATUS.INTERNAL]],
  [constants.NGHTTP2_FLOW_CONTROL_ERROR, ["FLOW_CONTROL_ERROR", STATUS.RESOURCE_EXHAUSTED]],
  [constants.NGHTTP2_SETTINGS_TIMEOUT, ["SETTINGS_TIMEOUT", STATUS.INTERNAL]],
  [constants.NGHTTP2_STREAM_CLOSED, ["STREAM_CLOSED", STATUS.INTERNAL]],
  [constants.NGHTTP2_FRAME_SIZE_ERROR, ["FRAME_SIZE_ERROR", STATUS.INTERNAL]],
  [constants.NGHTTP2_REFUSED_STREAM, ["REFUSED_STREAM", STATUS.UNAVAILABLE]],
  [constants.NGHTTP2_CANCEL, ["CANCEL", STATUS.CANCELLED]],
  [constants.NGHTTP2_COMPRESSION_ERROR, ["COMPRESSION_ERROR", STATUS.INTERNAL]],
  [constants.NGHTTP2_CONNECT_ERROR, ["CONNECT_ERROR", STATUS.INTERNAL]],
  [constants.NGHTTP2_ENHANCE_YOUR_CALM, ["ENHANCE_YOUR_CALM", STATUS.RESOURCE_EXHAUSTED]],
  [constants.NGHTTP2_INADEQUATE_SECURITY, ["INADEQUATE_SECURITY", STATUS.PERMISSION_DENIED]],
  [constants.NGHTTP2_HTTP_1_1_REQUIRED, ["HTTP_1_1_REQUIRED", STATUS.INTERNAL]],
]);

/** How a call ends whose stream the server reset. */
export function statusOfReset(rstCode: number): GrpcStatus {
  const [name, code] = RESETS.get(rstCode) ?? [String(rstCode), STATUS.UNKNOWN];
  return status(code, `stream terminated by RST_STREAM with error code: ${name}`);
}
