import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { type CertificateIdentity, identityOf } from "./certificate-identity.ts";

/**
 * Who is at the other end of a connection. The certificate is read when it is first asked for and
 * then kept for the connection.
 */
export class Peer {
  readonly #socket: Socket;
  /** IP address; empty when the connection had gone before anyone asked. */
  readonly address: string;
  readonly port: number;
  #identity: CertificateIdentity | null | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.address = socket.remoteAddress ?? "";
    this.port = socket.remotePort ?? 0;
  }

  /** True when the connection is encrypted. */
  get isTls(): boolean {
    return this.#socket instanceof TLSSocket;
  }

  /** True when the peer showed a certificate that the configured authorities signed. */
  get isAuthorized(): boolean {
    return this.#socket instanceof TLSSocket && this.#socket.authorized;
  }

  /** Names in the peer's certificate, authorized or not; undefined when it showed none. */
  get certificate(): CertificateIdentity | undefined {
    if (this.#identity === undefined) {
      const socket = this.#socket;
      const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
      this.#identity = certificate === undefined ? null : identityOf(certificate);
    }
    return this.#identity ?? undefined;
  }

  /** `10.0.0.1:4312`; `[::1]:4312`. */
  toString(): string {
    const host = this.address.includes(":") ? `[${this.address}]` : this.address;
    return `${host}:${this.port}`;
  }
}
