import { X509Certificate } from "node:crypto";
import { connect as connectTcp, isIP, type NetConnectOpts, type Socket } from "node:net";
import {
  checkServerIdentity,
  connect as connectTls,
  type ConnectionOptions,
  createSecureContext,
  type SecureContext,
  type SecureContextOptions,
} from "node:tls";
import { identityOf } from "../certificate-identity.ts";
import type { ChannelSettings } from "./channel-options.ts";
import type { ClientTlsMaterial, ClientTlsOptions } from "./client-tls.ts";
import { firstToSucceed } from "./first-to-succeed.ts";
import type { TargetAddress } from "./target-address.ts";

const TCP_KEEPALIVE_MS = 15_000;

/**
 * Connects to a target, TLS included. Of several addresses the first that connects is used; each
 * gets a head start before the next is tried beside it, so that one that answers nothing costs
 * little. No proxy of the environment is ever asked.
 *
 * @throws the error of the last address, or the reason of the signal
 */
export async function dial(
  target: TargetAddress,
  settings: ChannelSettings,
  signal: AbortSignal,
): Promise<Socket> {
  const places = await placesOf(target, settings, signal);
  const tries = places.map((place) => async (signal: AbortSignal): Promise<Socket> => {
    const socket = await openSocket(place, signal);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, TCP_KEEPALIVE_MS);
    const { tls } = settings;
    return tls === undefined ? socket : encrypt(socket, serverNameOf(target, tls), tls, signal);
  });
  return firstToSucceed(tries, {
    clock: settings.clock,
    delayMs: settings.times.addressDelayMs,
    signal,
    discard: (socket) => socket.destroy(),
  });
}

async function placesOf(
  target: TargetAddress,
  { lookup }: ChannelSettings,
  signal: AbortSignal,
): Promise<readonly NetConnectOpts[]> {
  if (target.type === "unix") return [{ path: target.path }];
  const { host, port } = target;
  if (isIP(host) !== 0) return [{ host, port }];
  const found = await orAborted(lookup(host), signal);
  if (found.length === 0) throw new Error(`no address of ${host} is known`);
  return found.map(({ address }) => ({ host: address, port }));
}

function openSocket(place: NetConnectOpts, signal: AbortSignal): Promise<Socket> {
  const socket = connectTcp(place);
  return settled(socket, "connect", signal);
}

/** Shakes hands with material that is looked up now. */
async function encrypt(
  plain: Socket,
  serverName: string,
  tls: ClientTlsOptions,
  signal: AbortSignal,
): Promise<Socket> {
  let material: ClientTlsMaterial;
  try {
    material = await orAborted(Promise.resolve(tls.material()), signal);
  } catch (error) {
    plain.destroy();
    throw error;
  }
  let socket: Socket;
  try {
    socket = connectTls(optionsOf(plain, serverName, material, tls));
  } catch (error) {
    plain.destroy();
    throw error;
  }
  return settled(socket, "secureConnect", signal);
}

function optionsOf(
  socket: Socket,
  serverName: string,
  material: ClientTlsMaterial,
  { verify }: ClientTlsOptions,
): ConnectionOptions {
  const isName = isIP(serverName) === 0;
  return {
    socket,
    host: serverName,
    // An address is no server name (RFC 6066 §3), but the certificate is checked against it.
    ...(isName ? { servername: serverName } : {}),
    secureContext: secureContextOf(material),
    // A server that chooses no protocol at all may still speak HTTP/2 (node-api §2.5).
    ALPNProtocols: ["h2"],
    checkServerIdentity: (name, certificate) =>
      verify === undefined
        ? checkServerIdentity(name, certificate)
        : verify(identityOf(new X509Certificate(certificate.raw)), name),
  };
}

const contexts = new WeakMap<ClientTlsMaterial, SecureContext>();

/** Keys and certificates are parsed once for all handshakes that are made with the same material. */
function secureContextOf(material: ClientTlsMaterial): SecureContext {
  const known = contexts.get(material);
  if (known !== undefined) return known;
  const context = createSecureContext(pemOf(material));
  contexts.set(material, context);
  return context;
}

function pemOf({ ca, cert, key }: ClientTlsMaterial): SecureContextOptions {
  return {
    minVersion: "TLSv1.2",
    ...(ca === undefined ? {} : { ca: Array.isArray(ca) ? [...ca] : (ca as string | Buffer) }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

function serverNameOf(target: TargetAddress, { serverName }: ClientTlsOptions): string {
  if (serverName !== undefined) return serverName;
  return target.type === "tcp" ? target.host.replace(/%.*$/, "") : "localhost";
}

/** Resolves with the socket at `event`; an error, an early end or the signal drops it. */
function settled<S extends Socket>(socket: S, event: string, signal: AbortSignal): Promise<S> {
  const { promise, resolve, reject } = Promise.withResolvers<S>();
  const stop = (error: unknown): void => {
    unhook();
    // What follows the first error says nothing new, but must not go unheard.
    socket.on("error", () => {});
    socket.destroy();
    reject(error);
  };
  const onAbort = (): void => stop(signal.reason);
  const onClose = (): void => stop(new Error("the connection was closed"));
  const onEvent = (): void => {
    unhook();
    resolve(socket);
  };
  const unhook = (): void => {
    socket.off(event, onEvent).off("error", stop).off("close", onClose);
    signal.removeEventListener("abort", onAbort);
  };
  socket.on(event, onEvent).on("error", stop).on("close", onClose);
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) onAbort();
  return promise;
}

/** Waits for what cannot be stopped only as long as the signal allows. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) onAbort();
  work.then(resolve, reject);
  return promise.finally(() => signal.removeEventListener("abort", onAbort));
}
