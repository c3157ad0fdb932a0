import type { IncomingMessage } from "node:http";
import { STATUS } from "@signalbox/grpc";
import { HttpFault } from "./http-fault.ts";

/**
 * The whole body of a request.
 *
 * @throws HttpFault 413 when it is longer than `maxBytes`; what is left of it is not kept
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) {
      const text = `a request is longer than ${maxBytes} bytes`;
      throw new HttpFault(413, STATUS.RESOURCE_EXHAUSTED, text, { connection: "close" });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
