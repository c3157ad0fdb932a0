import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import type { HttpServerSettings } from "../http-server-options.ts";
import { answerClientError } from "../problems/client-error.ts";
import type { CallerReader } from "../transport/caller.ts";
import { createNodeServer } from "../transport/node-server.ts";
import type { UpgradeGate } from "../upgrade/upgrade-gate.ts";
import type { Drain } from "../transport/drain.ts";
import type { Compiled } from "./compile.ts";
import type { ArrivedRequest, Outcome } from "./exchange.ts";
import { Run } from "./run.ts";

declare module "fastify" {
  interface FastifyRequest {
    run: Run | undefined;
  }
}

/** The one path that Fastify knows: finding the operation is a row of our own. */
const EVERY_PATH = "/";

export interface Engine {
  readonly app: FastifyInstance;
}

/**
 * Hangs the compiled table into Fastify: rows above the body into `onRequest`, rows below it into
 * the route handler, the recovering row into the error handler, `done` on the response's `close`.
 * Fastify keeps what it is good at: reading bodies within limits, sending, streaming, `inject`.
 */
export function createEngine(
  compiled: Compiled,
  settings: HttpServerSettings,
  readCaller: CallerReader,
  upgrades: UpgradeGate,
  drain: Drain,
): Engine {
  const { limits, tls, random } = settings;
  const app = fastify({
    serverFactory: (listener) => createNodeServer(listener, limits, tls, upgrades),
    bodyLimit: limits.bodyBytes,
    rewriteUrl: () => EVERY_PATH,
    return503OnClosing: false,
    forceCloseConnections: "idle",
    clientErrorHandler: (error, socket) => answerClientError(error, socket, random),
  });
  const handle = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    runAfterBody(request, reply);
    return reply;
  };
  app.decorateRequest("run", undefined);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, bytes, done) =>
    done(null, bytes),
  );
  app.addHook("onRequest", (request, reply, done) => {
    const run = new Run(compiled, arrive(request, readCaller));
    request.run = run;
    reply.raw.once("close", () => {
      if (!reply.raw.writableFinished) run.exchange.deadline?.abandon();
      run.done();
    });
    runBeforeBody(run, reply, done);
  });
  app.addHook("onSend", (_request, reply, _payload, done) => {
    // Or the connection would be kept for a next request, which nobody takes.
    if (drain.started) reply.header("connection", "close");
    done();
  });
  app.setErrorHandler((error, request, reply) => fail(request.run, reply, error));
  app.all(EVERY_PATH, handle);
  app.setNotFoundHandler(handle);
  return { app };
}

function arrive(request: FastifyRequest, readCaller: CallerReader): ArrivedRequest {
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

function runBeforeBody(run: Run, reply: FastifyReply, done: (error?: Error) => void): void {
  const next = (): void => {
    if (run.exchange.answer === undefined) done();
    else finish(run, reply);
  };
  attempt(run, reply, () => run.beforeBody(), next);
}

function runAfterBody(request: FastifyRequest, reply: FastifyReply): void {
  const { run } = request;
  if (run === undefined) return;
  const bytes = Buffer.isBuffer(request.body) ? request.body : undefined;
  attempt(
    run,
    reply,
    () => run.afterBody(bytes),
    () => finish(run, reply),
  );
}

/** Runs `work` and then `next`; whatever is thrown goes to the row that recovers. */
function attempt(
  run: Run,
  reply: FastifyReply,
  work: () => void | Promise<void>,
  next: () => void,
): void {
  try {
    const pending = work();
    if (pending === undefined) next();
    else void attemptLater(run, reply, pending, next);
  } catch (error) {
    fail(run, reply, error);
  }
}

async function attemptLater(
  run: Run,
  reply: FastifyReply,
  pending: Promise<void>,
  next: () => void,
): Promise<void> {
  try {
    await pending;
    next();
  } catch (error) {
    fail(run, reply, error);
  }
}

function finish(run: Run, reply: FastifyReply): void {
  send(run, reply, run.leave());
}

function fail(run: Run | undefined, reply: FastifyReply, error: unknown): void {
  if (run === undefined) reply.raw.destroy();
  else send(run, reply, run.rescue(error));
}

function send(run: Run, reply: FastifyReply, outcome: Outcome | Promise<Outcome>): void {
  if (outcome instanceof Promise) void sendLater(run, reply, outcome);
  else write(run, reply, outcome);
}

async function sendLater(run: Run, reply: FastifyReply, outcome: Promise<Outcome>): Promise<void> {
  write(run, reply, await outcome);
}

function write(run: Run, reply: FastifyReply, { answer }: Outcome): void {
  if (reply.sent) return;
  const { status, headers, body } = answer;
  try {
    reply.code(status).headers(run.exchange.head).headers(headers);
    // As bytes: to a text Fastify would add a charset, which JSON does not have (RFC 8259 §11).
    reply.send(typeof body === "string" ? Buffer.from(body) : body);
  } catch (error) {
    // A header that node refuses: the rows have left already, so only the wire is told.
    run.broken(error);
    reply.raw.destroy();
  }
}
