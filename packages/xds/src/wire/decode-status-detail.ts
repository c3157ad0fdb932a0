import { fail, ok, type Result } from "@signalbox/base";
import { ProtobufReader } from "../protobuf/protobuf-reader.ts";
import type { StatusDetail } from "./status-detail.ts";

/** What is read of a message. It is logged, and remembered as long as the stream and beyond. */
const MAX_MESSAGE_BYTES = 4096;

/** Decodes `google.rpc.Status`. Envoy cuts its message to length, even within a character. */
export function decodeStatusDetail(bytes: Uint8Array): Result<StatusDetail> {
  let code = 0;
  let message = "";
  const reader = new ProtobufReader(bytes);
  while (reader.next()) {
    if (reader.isVarint(1)) code = reader.int32();
    else if (reader.isBytes(2)) message = reader.lossyString(MAX_MESSAGE_BYTES);
    else reader.skip();
  }
  return reader.fault === undefined ? ok({ code, message }) : fail(`error detail: ${reader.fault}`);
}
