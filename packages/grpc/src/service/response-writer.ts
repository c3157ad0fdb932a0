import { MessageWriter } from "../message-writer.ts";
import { Metadata } from "../metadata.ts";
import type { RawServerCall } from "../server/raw-call.ts";

/** A writer of responses, and the headers before them. */
export interface ResponseWriter {
  readonly messages: MessageWriter;
  sendHeaders(metadata: Metadata): void;
}

/** Responses go packed when the client packs its requests; the headers say so. */
export function createResponseWriter(call: RawServerCall): ResponseWriter {
  const packs = call.encoding === "gzip" && call.acceptedEncodings.includes("gzip");
  const sendHeaders = (metadata: Metadata): void =>
    call.sendHeaders(metadata, { encoding: packs ? "gzip" : "identity" });
  const messages = new MessageWriter(
    {
      get isEnded() {
        return call.isEnded;
      },
      write: (frame) => {
        if (packs) sendHeaders(Metadata.empty);
        return call.write(frame);
      },
    },
    packs,
  );
  return { messages, sendHeaders };
}
