import type { Server } from "node:http";
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import type { HttpServerSettings } from "../http-server-options.ts";
import { answerClientError } from "../problems/client-error.ts";
import type { CallerReader } from "../transport/caller.ts";
import type { Drain } from "../transport/drain.ts";
import { createNodeServer } from "../transport/node-server.ts";
import type { UpgradeGate } from "../upgrade/upgrade-gate.ts";
import type { Compiled } from "./compile.ts";
import type { ArrivedRequest, Outcome } from "./exchange.ts";
import { PipelineWalk } from "./pipeline-walk.ts";
import { writeAnswer } from "./write-answer.ts";

declare module "fastify" {
  interface FastifyRequest {
    walk: PipelineWalk | undefined;
  }
}

/** The one path that Fastify knows: finding the operation is a row of our own. */
const EVERY_PATH = "/";

/** Fastify has no schemas of us. Without a word on them it loads its compilers, 20 ms of a start. */
const NO_SCHEMAS = { buildValidator: refuseSchema, buildSerializer: refuseSchema };

export interface EngineParts {
  readonly compiled: Compiled;
  readonly settings: HttpServerSettings;
  readonly readCaller: CallerReader;
  readonly upgrades: UpgradeGate;
  readonly drain: Drain;
  /** Told of every server that is made, one an address. */
  readonly onServer: (server: Server) => void;
}

/**
 * Hangs the compiled table into Fastify: rows above the body into `onRequest`, rows below it into
 * the route handler, the recovering row into the error handler, `done` on the response's `close`.
 * Fastify keeps what it is good at: reading bodies within limits, streaming, `inject`.
 */
export function createEngine(parts: EngineParts): FastifyInstance {
  const { settings, upgrades, onServer } = parts;
  const { limits, tls } = settings;
  const app = fastify({
    serverFactory: (listener) => {
      const server = createNodeServer(listener, limits, tls, upgrades);
      onServer(server);
      return server;
    },
    schemaController: { compilersFactory: NO_SCHEMAS },
    bodyLimit: limits.bodyBytes,
    rewriteUrl: () => EVERY_PATH,
    return503OnClosing: false,
    forceCloseConnections: "idle",
    clientErrorHandler: (error, socket) => answerClientError(error, socket, settings),
  });
  const bridge = new FastifyBridge(parts);
  app.decorateRequest("walk", undefined);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, bytes, done) =>
    done(null, bytes),
  );
  app.addHook("onRequest", (request, reply, done) => bridge.arrive(request, reply, done));
  app.setErrorHandler((error, { walk }, reply) => bridge.fail(walk, reply, error));
  const handle = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    bridge.proceed(request, reply);
    return reply;
  };
  app.all(EVERY_PATH, handle);
  app.setNotFoundHandler(handle);
  return app;
}

function refuseSchema(): never {
  throw new Error("Fastify compiles no schemas here");
}

/** Takes requests through their runs, and their outcomes to the wire. */
class FastifyBridge {
  readonly #parts: EngineParts;

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  /** Everything above the reading of the body; `done` lets Fastify read it. */
  arrive(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
    const { compiled, readCaller } = this.#parts;
    const walk = new PipelineWalk(compiled, arrivedRequest(request, readCaller));
    request.walk = walk;
    reply.raw.on("close", () => {
      if (!reply.raw.writableFinished) walk.exchange.deadline?.abandon();
      walk.done();
    });
    this.#attempt(
      walk,
      reply,
      () => walk.beforeBody(),
      () => {
        if (walk.exchange.answer === undefined) done();
        else this.#send(walk, reply, walk.leave());
      },
    );
  }

  /** Everything below it. */
  proceed({ walk, body }: FastifyRequest, reply: FastifyReply): void {
    if (walk === undefined) return;
    this.#attempt(
      walk,
      reply,
      () => walk.afterBody(Buffer.isBuffer(body) ? body : undefined),
      () => this.#send(walk, reply, walk.leave()),
    );
  }

  fail(walk: PipelineWalk | undefined, reply: FastifyReply, error: unknown): void {
    if (walk === undefined) reply.raw.destroy();
    else this.#send(walk, reply, walk.rescue(error));
  }

  /** Runs `work` and then `next`; whatever is thrown goes to the row that recovers. */
  #attempt(
    walk: PipelineWalk,
    reply: FastifyReply,
    work: () => void | Promise<void>,
    next: () => void,
  ): void {
    try {
      const pending = work();
      if (pending === undefined) next();
      else void this.#attemptLater(walk, reply, pending, next);
    } catch (error) {
      this.fail(walk, reply, error);
    }
  }

  async #attemptLater(
    walk: PipelineWalk,
    reply: FastifyReply,
    pending: Promise<void>,
    next: () => void,
  ): Promise<void> {
    try {
      await pending;
      next();
    } catch (error) {
      this.fail(walk, reply, error);
    }
  }

  #send(walk: PipelineWalk, reply: FastifyReply, outcome: Outcome | Promise<Outcome>): void {
    if (outcome instanceof Promise) void this.#sendLater(walk, reply, outcome);
    else this.#write(walk, reply, outcome);
  }

  async #sendLater(
    walk: PipelineWalk,
    reply: FastifyReply,
    outcome: Promise<Outcome>,
  ): Promise<void> {
    this.#write(walk, reply, await outcome);
  }

  #write(walk: PipelineWalk, reply: FastifyReply, { answer }: Outcome): void {
    if (reply.sent) return;
    const { head } = walk.exchange;
    // Or the connection would be kept for a next request, which nobody takes.
    if (this.#parts.drain.started) head["connection"] = "close";
    try {
      writeAnswer(reply, head, answer);
    } catch (error) {
      // A header that node refuses: the rows have left already, so only the wire is told.
      walk.broken(error);
      reply.raw.destroy();
    }
  }
}

function arrivedRequest(request: FastifyRequest, readCaller: CallerReader): ArrivedRequest {
  const { raw, originalUrl: url } = request;
  const question = url.indexOf("?");
  return {
    method: raw.method ?? "",
    url,
    path: question < 0 ? url : url.slice(0, question),
    search: question < 0 ? "" : url.slice(question + 1),
    headers: raw.headers,
    caller: readCaller(raw),
    raw,
  };
}
