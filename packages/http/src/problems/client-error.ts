import type { Socket } from "node:net";
import { type Clock, Problem, type ProblemCode, type Random } from "@signalbox/base";
import { hangUp } from "../transport/hang-up.ts";
import { rawAnswer } from "./raw-answer.ts";

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
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = CODES[error.code ?? ""] ?? "invalid_request";
  const { title } = new Problem(code, "").row;
  hangUp(socket, rawAnswer(new Problem(code, title), random), clock);
}
