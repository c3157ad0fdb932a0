import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { addressKey, type Clock, type Log, Problem, type Random } from "@signalbox/base";
import type { RateLimiter } from "../limits/rate-limiter.ts";
import { rawAnswer } from "../problems/raw-answer.ts";
import type { CallerReader } from "../transport/caller.ts";
import { hangUp } from "../transport/hang-up.ts";
import type { Drain } from "../transport/drain.ts";
import type { UpgradeRoute } from "./upgrade-route.ts";

export interface UpgradeGateParts {
  readonly routes: readonly UpgradeRoute[];
  readonly readCaller: CallerReader;
  readonly rate: RateLimiter;
  /** Connections that may be taken over at the same time. */
  readonly maxOpen: number;
  readonly drain: Drain;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** What stands before the upgrade routes: the limits that requests have, and the drain. */
export interface UpgradeGate {
  /** False: the request goes down the pipeline like any other, whatever it wants to become. */
  readonly wants: (request: IncomingMessage) => boolean;
  readonly admit: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  readonly open: number;
}

export function createUpgradeGate(parts: UpgradeGateParts): UpgradeGate {
  const routes = new Map(parts.routes.map((route) => [route.path, route]));
  const sockets = new Set<Duplex>();
  /** Those of `sockets` that are not on their way out: a refused caller may be slow to go. */
  const held = new Set<Duplex>();
  parts.drain.requests.addEventListener("abort", () => {
    for (const socket of sockets) socket.destroy();
  });
  return {
    wants: (request) => isWebSocket(request) && routes.has(pathOf(request)),
    admit: (request, socket, head) => {
      // Node has let go of the socket; a reset by the caller must not end the process.
      socket.on("error", () => socket.destroy());
      const refusal = refusalOf(parts, request, held.size);
      const route = routes.get(pathOf(request));
      if (refusal !== undefined || route === undefined) {
        const problem = refusal ?? new Problem("not_found", "no such path");
        hangUp(socket, rawAnswer(problem, parts.random), parts.clock);
        return;
      }
      sockets.add(socket);
      held.add(socket);
      socket.once("finish", () => held.delete(socket));
      socket.once("close", () => {
        sockets.delete(socket);
        held.delete(socket);
      });
      void hand(route, request, socket, head, parts.log);
    },
    get open() {
      return held.size;
    },
  };
}

async function hand(
  route: UpgradeRoute,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  log: Log,
): Promise<void> {
  try {
    await route.upgrade(request, socket, head);
  } catch (err) {
    log.error({ err, path: route.path }, "an upgrade failed");
    socket.destroy();
  }
}

function refusalOf(
  { readCaller, rate, maxOpen, drain }: UpgradeGateParts,
  request: IncomingMessage,
  open: number,
): Problem | undefined {
  if (drain.started) return new Problem("unavailable", "the server is stopping");
  const waitMs = rate.take(addressKey(readCaller(request).address));
  if (waitMs > 0) {
    const options = { headers: { "retry-after": String(Math.ceil(waitMs / 1000)) } };
    return new Problem("too_many_requests", "too many requests from this address", options);
  }
  if (open < maxOpen) return undefined;
  return new Problem("unavailable", "the server is at its limit of open WebSockets");
}

function isWebSocket(request: IncomingMessage): boolean {
  return request.method === "GET" && request.headers.upgrade?.toLowerCase() === "websocket";
}

function pathOf({ url = "" }: IncomingMessage): string {
  return url.split("?", 1)[0] ?? "";
}
