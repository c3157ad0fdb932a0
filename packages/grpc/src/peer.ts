import type { X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { type CertificateIdentity, identityOf } from "./certificate-identity.ts";

/** What is known of a peer, from whatever server took its connection. */
export interface PeerFacts {
  /** IP address; empty when nobody knows it. */
  readonly address: string;
  readonly port: number;
  /** True when the connection is encrypted. */
  readonly isTls: boolean;
  /** True when the peer showed a certificate that the configured authorities signed. */
  readonly isAuthorized: boolean;
  /** Why its certificate is not: a name of OpenSSL's, as `CERT_HAS_EXPIRED`. */
  readonly verifyError?: string | undefined;
  /** The certificate that it showed, authorized or not. */
  readonly x509: X509Certificate | undefined;
}

/**
 * Who is at the other end of a connection. The certificate is read when it is first asked for and
 * then kept for the connection.
 */
export class Peer {
  readonly #facts: PeerFacts;
  readonly address: string;
  readonly port: number;
  #identity: CertificateIdentity | null | undefined;

  constructor(facts: PeerFacts) {
    this.#facts = facts;
    this.address = facts.address;
    this.port = facts.port;
  }

  /** The address is empty when the connection has gone before anyone asks. */
  static ofSocket(socket: Socket): Peer {
    return new Peer(new SocketFacts(socket));
  }

  /** True when the connection is encrypted. */
  get isTls(): boolean {
    return this.#facts.isTls;
  }

  /** True when the peer showed a certificate that the configured authorities signed. */
  get isAuthorized(): boolean {
    return this.#facts.isAuthorized;
  }

  /** Why its certificate is not authorized: a name of OpenSSL's, as `CERT_HAS_EXPIRED`. */
  get verifyError(): string | undefined {
    return this.#facts.verifyError;
  }

  /** Names in the peer's certificate, authorized or not; undefined when it showed none. */
  get certificate(): CertificateIdentity | undefined {
    if (this.#identity === undefined) {
      const { x509 } = this.#facts;
      this.#identity = x509 === undefined ? null : identityOf(x509);
    }
    return this.#identity ?? undefined;
  }

  /** `10.0.0.1:4312`; `[::1]:4312`. */
  toString(): string {
    const host = this.address.includes(":") ? `[${this.address}]` : this.address;
    return `${host}:${this.port}`;
  }
}

class SocketFacts implements PeerFacts {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get address(): string {
    return this.#socket.remoteAddress ?? "";
  }

  get port(): number {
    return this.#socket.remotePort ?? 0;
  }

  get isTls(): boolean {
    return this.#socket instanceof TLSSocket;
  }

  get isAuthorized(): boolean {
    return this.#socket instanceof TLSSocket && this.#socket.authorized;
  }

  get verifyError(): string | undefined {
    if (!(this.#socket instanceof TLSSocket)) return undefined;
    // Declared an Error; a server's sockets hold the code of one.
    const error: unknown = this.#socket.authorizationError;
    return typeof error === "string" ? error : undefined;
  }

  get x509(): X509Certificate | undefined {
    return this.#socket instanceof TLSSocket ? this.#socket.getPeerX509Certificate() : undefined;
  }
}
