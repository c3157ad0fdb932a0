import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { Problem } from "@signalbox/base";

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** PEM of the authority that signed the daemon's certificate; default the system's. */
  readonly ca?: string;
  readonly signal?: AbortSignal;
}

/** Sends one request and answers its response as soon as the head is there. */
export function exchange(request: HttpRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const send = request.url.protocol === "https:" ? httpsRequest : httpRequest;
  const outgoing = send(request.url, {
    method: request.method,
    headers: request.headers,
    ...(request.ca === undefined ? {} : { ca: request.ca }),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  outgoing.once("response", resolve);
  outgoing.once("error", (error) => {
    if (request.signal?.aborted) reject(request.signal.reason);
    else reject(unreachable(request.url, error));
  });
  outgoing.end(request.body);
  return promise;
}

/** Longest answer that is read into memory, in bytes. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Reads a whole body as text. */
export async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      response.destroy();
      throw new Problem("internal", "the daemon's answer is too large; ask with --limit");
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function unreachable(url: URL, error: Error): Problem {
  const reason = "code" in error ? String(error.code) : error.message;
  if (/CERT|SIGNATURE/.test(reason)) {
    return new Problem(
      "unavailable",
      `the certificate of ${url.origin} is not trusted (${reason}); ` +
        "give the authority that signed it with --ca-file or SIGNALBOX_CA_FILE",
      { cause: error },
    );
  }
  return new Problem(
    "unavailable",
    `cannot reach ${url.origin} (${reason}); is \`signalbox serve\` running? ` +
      "Give another address with --url or SIGNALBOX_URL",
    { cause: error },
  );
}
