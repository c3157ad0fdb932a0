import type { IncomingMessage } from "node:http";
import { nodeHttp, Problem } from "@signalbox/base";

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** PEM of the authority that signed the daemon's certificate; default the system's. */
  readonly ca?: string;
  /** PEM of a client certificate and its key, where the daemon asks for one. */
  readonly cert?: string;
  readonly key?: string;
  readonly signal?: AbortSignal;
}

/** Sends one request and answers its response as soon as the head is there. */
export async function exchange(request: HttpRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  // Only for those who speak it: TLS takes longer to load than all the rest of a command.
  const node = request.url.protocol === "https:" ? await import("node:https") : nodeHttp();
  const outgoing = node.request(request.url, {
    method: request.method,
    headers: request.headers,
    ...(request.ca === undefined ? {} : { ca: request.ca }),
    ...(request.cert === undefined ? {} : { cert: request.cert }),
    ...(request.key === undefined ? {} : { key: request.key }),
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

/** @internal exported for its test */
export function unreachable(url: URL, error: Error): Problem {
  const reason = "code" in error ? String(error.code) : error.message;
  return new Problem("unavailable", describeUnreachable(url, reason), { cause: error });
}

function describeUnreachable({ origin, hostname, protocol }: URL, reason: string): string {
  if (reason === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return `the certificate of ${origin} is not for ${hostname}; give a name that is in it with --url`;
  }
  if (/CERT_(HAS_EXPIRED|NOT_YET_VALID)/.test(reason)) {
    return `the certificate of ${origin} is not valid today (${reason}); renew its file, which a daemon that runs reads by itself`;
  }
  if (/ALERT.*(CERT|UNKNOWN_CA)/.test(reason)) {
    return (
      `${origin} wants a client certificate that its authority has signed (${reason}); ` +
      "give one with --cert-file and --key-file"
    );
  }
  if (/CERT|SIGNATURE/.test(reason)) {
    return (
      `the certificate of ${origin} is not trusted (${reason}); ` +
      "give the authority that signed it with --ca-file or SIGNALBOX_CA_FILE"
    );
  }
  if (protocol === "https:" && /EPROTO|WRONG_VERSION/.test(reason)) {
    return `${origin} does not speak TLS (${reason}); give its address as http:// with --url`;
  }
  if (protocol === "https:" && reason === "ECONNRESET") {
    return (
      `${origin} ended the connection; ` +
      "a daemon does so when it does not know the authority of a client certificate (--cert-file)"
    );
  }
  if (protocol === "http:" && reason === "ECONNRESET") {
    return `${origin} ended the connection; a daemon with TLS has an address that begins https://`;
  }
  return (
    `cannot reach ${origin} (${reason}); is \`signalbox serve\` running? ` +
    "Give another address with --url or SIGNALBOX_URL"
  );
}
