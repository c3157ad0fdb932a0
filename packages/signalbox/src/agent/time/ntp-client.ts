import { createSocket, type Socket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { isIPv6 } from "node:net";
import { type Clock, Problem, type Random } from "@signalbox/base";
import {
  answeredCookie,
  NTP_COOKIE_BYTES,
  type NtpReply,
  ntpRequest,
  parseNtpReply,
} from "./ntp-packet.ts";

/** Our time and a server's at one moment, in nanoseconds since 1970. */
export interface TimeComparison {
  readonly localNs: bigint;
  readonly remoteNs: bigint;
}

export interface NtpClientDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** @default 123 */
  readonly port?: number;
}

const NTP_PORT = 123;
/** Packets get lost: so many are sent, so far apart. */
const ATTEMPTS = 3;
const ATTEMPT_MS = 1_500;
const NANOS_PER_MS = 1_000_000n;

/**
 * Asks a time server. Takes 4.5 s at most, the search for its address included.
 *
 * @throws Problem `unavailable` when it does not answer, or answers nonsense
 */
export async function compareTime(
  server: string,
  deps: NtpClientDeps,
  signal: AbortSignal,
): Promise<TimeComparison> {
  const stop = new AbortController();
  const cancel = deps.clock.after(ATTEMPTS * ATTEMPT_MS, () =>
    stop.abort(new Problem("unavailable", `the time server ${server} does not answer`)),
  );
  try {
    return await ask(server, deps, AbortSignal.any([signal, stop.signal]));
  } catch (error) {
    if (error instanceof Problem) throw error;
    signal.throwIfAborted();
    throw new Problem("unavailable", `the time server ${server} cannot be asked`, { cause: error });
  } finally {
    cancel();
  }
}

async function ask(
  server: string,
  deps: NtpClientDeps,
  signal: AbortSignal,
): Promise<TimeComparison> {
  const address = await unlessAborted(
    lookup(server).then((found) => found.address),
    signal,
  );
  const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
  try {
    // A connected socket takes packets from this server alone, and is told when nobody listens.
    const connected = Promise.withResolvers<void>();
    socket.once("error", connected.reject);
    socket.connect(deps.port ?? NTP_PORT, address, connected.resolve);
    await unlessAborted(connected.promise, signal);
    return await unlessAborted(exchange(socket, server, deps), signal);
  } finally {
    socket.close();
  }
}

/** Sends until one of the requests is answered. */
async function exchange(
  socket: Socket,
  server: string,
  { clock, random }: NtpClientDeps,
): Promise<TimeComparison> {
  /** Cookie → when it was sent. */
  const sent = new Map<string, number>();
  const answer = Promise.withResolvers<TimeComparison>();
  socket.on("error", answer.reject);
  socket.on("message", (packet) => {
    const sentMs = sent.get(answeredCookie(packet)?.toString("hex") ?? "");
    // Anybody can send a packet with a false sender: what answers no request of ours is nothing.
    if (sentMs === undefined) return;
    const reply = parseNtpReply(packet);
    if (reply.ok) answer.resolve(compare(reply.value, clock.now(), clock.monotonic() - sentMs));
    else answer.reject(new Problem("unavailable", `the time server ${server}: ${reply.error}`));
  });
  let cancel = (): void => {};
  const send = (): void => {
    const cookie = random.bytes(NTP_COOKIE_BYTES);
    sent.set(cookie.toString("hex"), clock.monotonic());
    socket.send(ntpRequest(cookie));
    cancel = clock.after(ATTEMPT_MS, send);
  };
  send();
  socket.once("close", () => cancel());
  return answer.promise;
}

/** Half of the way there and back lies behind the answer (RFC 5905 §8). */
function compare(reply: NtpReply, nowMs: number, roundTripMs: number): TimeComparison {
  const waitedNs = BigInt(Math.round(roundTripMs * 1e6)) - (reply.sentNs - reply.receivedNs);
  return {
    localNs: BigInt(Math.round(nowMs)) * NANOS_PER_MS,
    remoteNs: reply.sentNs + waitedNs / 2n,
  };
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  // Whichever loses must not count as unhandled.
  promise.catch(() => {});
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
