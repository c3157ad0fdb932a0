import type { Socket } from "node:net";
import { Problem, type ProblemCode, type Random } from "@signalbox/base";
import { problemBody } from "./problem-body.ts";

/** Node's parser errors that have a status of their own; everything else is a malformed request. */
const CODES: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: "headers_too_large",
  HPE_CHUNK_EXTENSIONS_OVERFLOW: "payload_too_large",
  ERR_HTTP_REQUEST_TIMEOUT: "request_timeout",
};

/**
 * Answers bytes that never became a request: no row of the pipeline has seen them, so this writes
 * the same error body straight to the socket and hangs up.
 */
export function answerClientError(
  error: NodeJS.ErrnoException,
  socket: Socket,
  random: Random,
): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = CODES[error.code ?? ""] ?? "invalid_request";
  const { title } = new Problem(code, "").row;
  socket.end(rawAnswer(new Problem(code, title), random));
}

/** A whole HTTP/1.1 answer for a problem, for sockets that have no response object. */
export function rawAnswer(problem: Problem, random: Random): string {
  const { status } = problem.row;
  const body = JSON.stringify(problemBody(problem, random.bytes(16).toString("hex")));
  const extra = Object.entries(problem.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return (
    `HTTP/1.1 ${status} ${problem.row.error}\r\n` +
    "content-type: application/json\r\n" +
    "cache-control: no-cache\r\n" +
    "access-control-allow-origin: *\r\n" +
    `content-length: ${Buffer.byteLength(body)}\r\n` +
    `${extra.join("")}connection: close\r\n\r\n${body}`
  );
}
