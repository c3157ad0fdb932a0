import { Readable } from "node:stream";
import { nodeHttp } from "@signalbox/base";
import { encodeEvents } from "../events/event-stream.ts";
import type { OperationReply } from "../operation.ts";
import type { Answer, ArrivedRequest, HeaderFields } from "../pipeline/exchange.ts";
import type { Work } from "../pipeline/row.ts";
import { originOf } from "../transport/origin.ts";
import { encodeList } from "./encode-list.ts";
import type { EventStreams } from "../events/event-streams.ts";
import type { ResponseCheck } from "../validation/response-check.ts";

const { validateHeaderName, validateHeaderValue } = nodeHttp();

/** Turns what the handler answered into what goes over the wire. */
export function response(
  check: ResponseCheck,
  streams: EventStreams,
): Work<"request" | "route" | "reply" | "deadline" | "recheck", "answer"> {
  return {
    enter: ({ request, route: { operation }, reply, deadline, recheck }) => {
      const given = reply ?? { status: 204 };
      const headers: HeaderFields = { "cache-control": operation.cacheControl };
      addHeaders(headers, given.headers);
      if (given.nextCursor !== undefined) headers["link"] = nextLink(request, given.nextCursor);
      check.reply(operation, given);
      if (given.events !== undefined) {
        deadline.lift();
        const chunks = encodeEvents(given.events, streams, deadline.signal, recheck);
        return { answer: streamed(given.status, headers, request, chunks) };
      }
      return { answer: withBody(given, headers, request) };
    },
  };
}

/** @throws TypeError when a value cannot be sent, while there is still time to answer 500 */
function addHeaders(headers: HeaderFields, more: OperationReply["headers"]): void {
  for (const name in more) {
    const value = more[name] as string;
    validateHeaderName(name);
    validateHeaderValue(name, value);
    headers[name.toLowerCase()] = value;
  }
}

function withBody(reply: OperationReply, headers: HeaderFields, request: ArrivedRequest): Answer {
  const { status, body, items, text } = reply;
  if (isUnchanged(request, headers)) return { status: 304, headers, body: undefined };
  if (text !== undefined) {
    headers["content-type"] = text.contentType;
    return { status, headers, body: text.content };
  }
  const list = items ?? (Array.isArray(body) ? body : undefined);
  if (list === undefined && body === undefined) return { status, headers, body: undefined };
  headers["content-type"] = "application/json";
  const sent = list === undefined ? JSON.stringify(body) : listBody(list, request);
  return { status, headers, body: sent };
}

/** One text as long as it is short enough, so that its length can be told. */
function listBody(items: Iterable<unknown>, { method }: ArrivedRequest): Answer["body"] {
  const pieces = encodeList(items);
  const first = pieces.next().value ?? "";
  const second = pieces.next();
  if (second.done === true) return first;
  if (method === "HEAD") return JSON.stringify([...items]);
  return Readable.from(concat([first, second.value], pieces), { objectMode: false });
}

function* concat(head: readonly string[], rest: Iterable<string>): Generator<string> {
  yield* head;
  yield* rest;
}

function streamed(
  status: number,
  headers: HeaderFields,
  request: ArrivedRequest,
  chunks: AsyncIterable<string>,
): Answer {
  headers["content-type"] = "text/event-stream";
  // Proxies such as nginx would hold events back otherwise.
  headers["x-accel-buffering"] = "no";
  if (request.method === "HEAD") return { status, headers, body: undefined };
  return { status, headers, body: Readable.from(chunks, { objectMode: false }) };
}

/** compute-api §4.12: the page after this one, by the URL of this one. */
function nextLink(request: ArrivedRequest, cursor: string): string {
  const query = new URLSearchParams(request.search);
  query.set("cursor", cursor);
  return `<${originOf(request.caller)}${request.path}?${query.toString()}>; rel="next"`;
}

function isUnchanged(request: ArrivedRequest, headers: HeaderFields): boolean {
  const wanted = request.headers["if-none-match"];
  const etag = headers["etag"];
  if (wanted === undefined || etag === undefined) return false;
  if (request.method !== "GET" && request.method !== "HEAD") return false;
  const tags = wanted.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(etag) || wanted.trim() === "*";
}
