import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type Clock, linkSignal, type Log, nodeHttp, Problem } from "@signalbox/base";
import { hangUp } from "@signalbox/http";
import { type WebSocket, WebSocketServer } from "ws";
import type { Provider } from "../providers/provider.ts";
import {
  CONSOLE_CLOSE,
  CONSOLE_PROTOCOL,
  isOwnOrigin,
  parseConsoleProtocols,
} from "./console-protocol.ts";
import { type ConsoleSessionLimits, joinConsole } from "./console-session.ts";
import type { ConsoleTarget, ConsoleTickets } from "./ticket-store.ts";

export interface ConsoleGatewayDeps {
  readonly tickets: ConsoleTickets;
  readonly providerOf: (regionId: string) => Provider | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** A message from a browser is a few keys or a paste. */
const MAX_MESSAGE_BYTES = 64 * 1024;
const MAX_SESSIONS = 1024;
/** So that one caller cannot take the places of all. */
const MAX_SESSIONS_OF_ACTOR = 32;
const CLOSE_WAIT_MS = 2000;
/** How often the token behind an open session is looked at. */
const RECHECK_MS = 2000;

/** Turns WebSocket upgrades that hold a ticket into console sessions. */
export class ConsoleGateway {
  readonly #deps: ConsoleGatewayDeps;
  readonly #limits: ConsoleSessionLimits;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: () => CONSOLE_PROTOCOL,
  });
  readonly #sessions = new Map<
    WebSocket,
    { readonly actor: string; readonly ended: Promise<void> }
  >();
  readonly #stop = new AbortController();

  constructor(deps: ConsoleGatewayDeps, limits: ConsoleSessionLimits) {
    this.#deps = deps;
    this.#limits = limits;
  }

  get sessions(): number {
    return this.#sessions.size;
  }

  /** Takes over the socket of an upgrade to the console's path. Never throws. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // Node has no listener on the socket any more; a reset must not be an uncaught error.
    socket.on("error", () => socket.destroy());
    try {
      const target = this.#admit(request);
      await target.recheck(this.#stop.signal);
      const line = await this.#openLine(target);
      if (socket.destroyed) line.destroy();
      else this.#server.handleUpgrade(request, socket, head, (ws) => this.#join(ws, line, target));
    } catch (error) {
      const problem = Problem.from(error);
      if (problem.row.status >= 500) this.#deps.log.warn({ err: problem }, "a console failed");
      refuse(socket, problem, this.#deps.clock);
    }
  }

  /** Ends every session and takes no more. */
  async close(): Promise<void> {
    this.#stop.abort();
    for (const ws of this.#sessions.keys()) ws.close(CONSOLE_CLOSE.stopping, "the daemon stops");
    const cancel = this.#deps.clock.after(CLOSE_WAIT_MS, () => {
      for (const ws of this.#sessions.keys()) ws.terminate();
    });
    await Promise.all([...this.#sessions.values()].map(({ ended }) => ended));
    cancel();
    this.#server.close();
  }

  #admit(request: IncomingMessage): ConsoleTarget {
    if (this.#stop.signal.aborted) throw new Problem("unavailable", "the daemon stops");
    if (!isOwnOrigin(request.headers.origin, request.headers.host)) {
      throw new Problem("forbidden", "a console is opened from its own page alone");
    }
    const ticket = parseConsoleProtocols(request.headers["sec-websocket-protocol"]);
    if (!ticket.ok) throw new Problem("invalid_request", ticket.error);
    const target = this.#deps.tickets.redeem(ticket.value);
    if (target === undefined) {
      throw new Problem("unauthenticated", "this console ticket was used or is too old");
    }
    const own = [...this.#sessions.values()].filter(({ actor }) => actor === target.actor);
    if (this.#sessions.size >= MAX_SESSIONS || own.length >= MAX_SESSIONS_OF_ACTOR) {
      throw new Problem("too_many_requests", "too many consoles are open");
    }
    return target;
  }

  async #openLine(target: ConsoleTarget): Promise<Duplex> {
    const provider = this.#deps.providerOf(target.regionId);
    if (provider === undefined) throw new Problem("not_found", "the region is gone");
    return provider.openConsole(target.server, { signal: this.#stop.signal });
  }

  #join(ws: WebSocket, line: Duplex, target: ConsoleTarget): void {
    const { log, clock } = this.#deps;
    const { server, actor } = target;
    log.info({ server: server.id, actor }, "console opened");
    const stopRechecks = this.#recheck(target, () => {
      ws.close(CONSOLE_CLOSE.refused, "the token no longer holds");
      // Not left to the browser: until it answers the close it could go on typing.
      line.destroy();
    });
    const session = joinConsole(ws, line, this.#limits, clock).finally(() => {
      stopRechecks();
      this.#sessions.delete(ws);
      log.info({ server: server.id, actor }, "console closed");
    });
    this.#sessions.set(ws, { actor, ended: session });
    if (this.#stop.signal.aborted) ws.close(CONSOLE_CLOSE.stopping, "the daemon stops");
  }

  /** Asks from time to time whether the session may go on. Answers what ends the asking. */
  #recheck({ recheck }: ConsoleTarget, refused: () => void): () => void {
    const { clock } = this.#deps;
    const stop = linkSignal(this.#stop.signal);
    const look = async (): Promise<void> => {
      try {
        await recheck(stop.signal);
        if (!stop.signal.aborted) cancel = clock.after(RECHECK_MS, () => void look());
      } catch {
        if (!stop.signal.aborted) refused();
      }
    };
    let cancel = clock.after(RECHECK_MS, () => void look());
    return () => {
      cancel();
      stop.abort();
      stop[Symbol.dispose]();
    };
  }
}

function refuse(socket: Duplex, problem: Problem, clock: Clock): void {
  const { status, error } = problem.row;
  const body = JSON.stringify({ error, error_description: problem.message });
  hangUp(
    socket,
    [
      `HTTP/1.1 ${status} ${nodeHttp().STATUS_CODES[status] ?? ""}`,
      "Content-Type: application/json",
      "Cache-Control: no-cache",
      "Connection: close",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "",
      body,
    ].join("\r\n"),
    clock,
  );
}
