import type { IncomingMessage, ServerResponse } from "node:http";
import { Peer, STATUS } from "@signalbox/grpc";
import type { ClientStatusService } from "../client-status/client-status-service.ts";
import { RESOURCE_TYPES } from "../resource/resource-types.ts";
import type { PollOutcome } from "../server/fetcher.ts";
import { clientStatusAnswer, type RestAnswer } from "./client-status-answer.ts";
import { decodeJsonRequest } from "./decode-json-request.ts";
import { HttpFault } from "./http-fault.ts";
import { JsonAnswers } from "./json-answers.ts";
import { readBody } from "./read-body.ts";
import { type RestOptions, type RestSettings, restSettings } from "./rest-options.ts";

/** A handler for `node:http`; it answers every request that it is given. */
export type RestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Type URL by path (xds §1.1). */
const TYPES: ReadonlyMap<string, string> = new Map(
  RESOURCE_TYPES.flatMap(({ restPath, typeUrl }) =>
    restPath === undefined ? [] : [[restPath, typeUrl]],
  ),
);

const CLIENT_STATUS_PATH = "/v3/discovery:client_status";

/**
 * REST xDS (xds §2.9): the resources of a type as JSON, by POST. A client that has them is held
 * until they change, at most `maxHoldMs`, and told 304 if they did not.
 *
 * 404 says that the path, or the type, is not served; 503 that nothing is configured for the node
 * yet. Both, and every other fault, carry a `google.rpc.Status` as JSON.
 *
 * With `clientStatus` it answers for that service, too.
 *
 * @example
 * ```ts
 * const http1 = createRestHandler({ xds, registry: await loadRegistry() });
 * const server = createGrpcServer({ router: new Router({ services: xds.services }), http1 });
 * ```
 */
export function createRestHandler(options: RestOptions): RestHandler {
  const settings = restSettings(options);
  const rest = new RestService(settings);
  return (request, response) => {
    const path = (request.url ?? "").split("?", 1)[0] ?? "";
    const serve = rest.find(path);
    if (serve === undefined && settings.otherwise !== undefined) {
      settings.otherwise(request, response);
      return;
    }
    rest.answer(serve, request, response).catch((error: unknown) => {
      settings.log.debug({ err: error }, "a poll broke off");
      response.destroy();
    });
  };
}

/** What a path does: an answer, or undefined for 304. */
type Serve = (
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<RestAnswer | undefined>;

class RestService {
  readonly #settings: RestSettings;
  readonly #answers: JsonAnswers;
  #held = 0;

  constructor(settings: RestSettings) {
    this.#settings = settings;
    this.#answers = new JsonAnswers(settings.registry, settings.xds.controlPlane);
  }

  /** Who serves a path. */
  find(path: string): Serve | undefined {
    const { clientStatus } = this.#settings;
    if (path === CLIENT_STATUS_PATH && clientStatus !== undefined) {
      return (request) => this.#clientStatus(clientStatus, request);
    }
    const typeUrl = TYPES.get(path);
    if (typeUrl === undefined) return undefined;
    return (request, response) => this.#resources(typeUrl, request, response);
  }

  /** @param serve undefined where the path is none of ours */
  async answer(
    serve: Serve | undefined,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    try {
      if (serve === undefined) throw new HttpFault(404, STATUS.NOT_FOUND, "no such path");
      assertJsonPost(request);
      const answer = await serve(request, response);
      if (answer === undefined) response.writeHead(304).end();
      else send(response, 200, answer.body, answer.headers);
    } catch (error) {
      if (response.destroyed) return;
      this.#refuse(response, error);
    }
  }

  async #clientStatus(service: ClientStatusService, request: IncomingMessage): Promise<RestAnswer> {
    const { registry, limits } = this.#settings;
    const body = await readBody(request, limits.maxBodyBytes);
    const asker = Peer.ofSocket(request.socket);
    return clientStatusAnswer(service, registry, body, { headers: request.headers, asker });
  }

  async #resources(
    typeUrl: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<RestAnswer | undefined> {
    const outcome = await this.#poll(typeUrl, request, response);
    switch (outcome.kind) {
      case "unchanged":
        return undefined;
      case "answer":
        return { body: this.#answers.encode(outcome.answer) };
      case "unserved":
        throw new HttpFault(404, STATUS.NOT_FOUND, "this type is not served");
      case "unknown": {
        const text = "nothing is configured for this node yet";
        throw new HttpFault(503, STATUS.UNAVAILABLE, text, { "retry-after": "1" });
      }
    }
  }

  async #poll(
    typeUrl: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<PollOutcome> {
    const { xds, registry, limits, maxHoldMs } = this.#settings;
    const body = await readBody(request, limits.maxBodyBytes);
    const decoded = decodeJsonRequest(body, registry, typeUrl);
    if (!decoded.ok) throw new HttpFault(400, STATUS.INVALID_ARGUMENT, decoded.error);
    const gone = new AbortController();
    const leave = (): void => gone.abort();
    response.once("close", leave);
    this.#held += 1;
    try {
      const holdMs = this.#held > limits.maxHeld ? 0 : maxHoldMs;
      const peer = Peer.ofSocket(request.socket);
      return await xds.poll(decoded.value, { peer, holdMs, signal: gone.signal });
    } finally {
      this.#held -= 1;
      response.off("close", leave);
    }
  }

  #refuse(response: ServerResponse, error: unknown): void {
    const fault = HttpFault.from(error);
    if (fault.httpStatus === 500) this.#settings.log.error({ err: error }, "a poll failed");
    const { code, message, httpStatus, headers } = fault;
    send(response, httpStatus, Buffer.from(JSON.stringify({ code, message })), headers);
  }
}

/** @throws HttpFault for anything but JSON by POST */
function assertJsonPost({ method, headers }: IncomingMessage): void {
  if (method !== "POST") {
    throw new HttpFault(405, STATUS.UNIMPLEMENTED, "use POST", { allow: "POST" });
  }
  const type = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  if (type === undefined || type === "application/json") return;
  throw new HttpFault(415, STATUS.INVALID_ARGUMENT, "use application/json");
}

function send(
  response: ServerResponse,
  httpStatus: number,
  body: Buffer,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(httpStatus, {
    ...headers,
    "content-type": "application/json",
    "content-length": body.length,
  });
  response.end(body);
}
