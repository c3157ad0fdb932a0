import type { Clock, Log } from "@signalbox/base";
import { Alarm } from "../credentials/alarm.ts";
import type { TlsIdentity } from "../credentials/tls-identity.ts";
import type {
  CertificateAuthority,
  CertificateOrder,
  IssuedCertificate,
} from "./certificate-order.ts";

/** An authority that tells when its roots change. */
export interface RotatedAuthority extends CertificateAuthority {
  /** When other roots sign or are trusted than now; undefined: that is not planned. */
  readonly nextChange: number | undefined;
  /** Calls back when a root has been added; the answer ends that. */
  onRotated(listener: () => void): () => void;
}

export interface RotatingCertificateDeps {
  readonly authority: RotatedAuthority;
  readonly clock: Clock;
  readonly log: Log;
}

/** After a reissue that failed. */
const RETRY_MS = 60_000;
/** Not even a root that has expired makes a busy loop of it. */
const MIN_WAIT_MS = 1000;

/**
 * A certificate of the daemon that is issued anew at half its life, and whenever the authority's
 * roots change. Who asks `current()` per handshake needs nothing more; who has been given it once
 * (`GrpcServer.setTls`) follows `onChange`.
 */
export class RotatingCertificate {
  readonly #deps: RotatingCertificateDeps;
  readonly #order: () => CertificateOrder;
  readonly #listeners = new Set<(identity: TlsIdentity) => void>();
  #current: TlsIdentity;
  #issued: IssuedCertificate;
  readonly #unhook: () => void;
  readonly #alarm: Alarm;
  #isClosed = false;

  /** @param order what to issue; asked each time, so that names may change */
  static async start(
    order: () => CertificateOrder,
    deps: RotatingCertificateDeps,
  ): Promise<RotatingCertificate> {
    return new RotatingCertificate(order, deps, await deps.authority.issue(order()));
  }

  private constructor(
    order: () => CertificateOrder,
    deps: RotatingCertificateDeps,
    first: IssuedCertificate,
  ) {
    this.#order = order;
    this.#deps = deps;
    this.#alarm = new Alarm(deps.clock);
    this.#issued = first;
    this.#current = this.#identityOf(first);
    this.#unhook = deps.authority.onRotated(() => void this.#renewOrRetry());
    this.#schedule();
  }

  current(): TlsIdentity {
    return this.#current;
  }

  /** Calls back with each new certificate; the answer ends that. */
  onChange(listener: (identity: TlsIdentity) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Issues the next one now. @throws what the authority throws; the present one stays */
  async renew(): Promise<void> {
    const issued = await this.#deps.authority.issue(this.#order());
    if (this.#isClosed) return;
    this.#issued = issued;
    this.#current = this.#identityOf(issued);
    this.#schedule();
    for (const listener of this.#listeners) listener(this.#current);
  }

  close(): void {
    this.#isClosed = true;
    this.#alarm.cancel();
    this.#unhook();
    this.#listeners.clear();
  }

  #identityOf({ certificatePem, keyPem = "" }: IssuedCertificate): TlsIdentity {
    return { cert: certificatePem, key: keyPem, ca: this.#deps.authority.certificatePem };
  }

  #schedule(): void {
    const { authority, clock } = this.#deps;
    const { notAfter } = this.#issued;
    const halfLife = clock.now() + (notAfter - clock.now()) / 2;
    this.#wakeAt(Math.min(halfLife, authority.nextChange ?? halfLife));
  }

  #wakeAt(time: number): void {
    const earliest = this.#deps.clock.now() + MIN_WAIT_MS;
    this.#alarm.setAt(Math.max(earliest, time), () => void this.#renewOrRetry());
  }

  async #renewOrRetry(): Promise<void> {
    const { clock, log } = this.#deps;
    try {
      await this.renew();
    } catch (error) {
      log.error({ err: error }, "a certificate of the daemon could not be issued anew");
      if (!this.#isClosed) this.#wakeAt(clock.now() + RETRY_MS);
    }
  }
}
