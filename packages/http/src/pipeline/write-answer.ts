import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import type { Answer, HeaderFields } from "./exchange.ts";

/**
 * Puts an answer on the wire.
 *
 * @param head headers that every answer of the request carries
 * @throws TypeError when node refuses a header; nothing has been sent then
 */
export function writeAnswer(reply: FastifyReply, head: HeaderFields, answer: Answer): void {
  const { status, body } = answer;
  const headers: HeaderFields = { ...head, ...answer.headers };
  if (body instanceof Readable) {
    reply.code(status).headers(headers).send(body);
    return;
  }
  if (body !== undefined) headers["content-length"] = String(Buffer.byteLength(body));
  else if (status !== 204 && status !== 304) headers["content-length"] = "0";
  // Past Fastify, in one write: it would add a charset, which JSON does not have (RFC 8259 §11).
  reply.hijack().raw.writeHead(status, headers).end(body);
}
