import { rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, type HostPort, type Log, Problem, type Random } from "@signalbox/base";
import { Alarm } from "../../credentials/alarm.ts";
import { parseJoinToken } from "../../credentials/join-token.ts";
import { newKeyPair } from "../../credentials/key-pair.ts";
import { fetchPinnedAuthority } from "./fetch-pinned-authority.ts";
import {
  IDENTITY_FILE,
  loadIdentity,
  type MachineIdentity,
  saveIdentity,
} from "./machine-identity.ts";
import { pendingKey } from "./pending-key.ts";
import { type AskDeps, requestCertificate } from "./request-certificate.ts";

export interface EnrolmentOptions {
  /** Where key and certificate are kept; made with mode 0700. */
  readonly directory: string;
  /** Of the daemon's enrolment listener. */
  readonly address: HostPort;
  /** From the seed; not needed once the machine has a certificate. */
  readonly token?: string | undefined;
}

export interface EnrolmentDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

const RETRY_BASE_MS = 1_000;
const RETRY_MAX_MS = 60_000;
/** A renewal that is refused may succeed later, as when a clock was wrong; but not soon. */
const RENEWAL_RETRY_MAX_MS = 15 * 60_000;

/** The certificate of this machine: got for a join token once, renewed at half its life since. */
export class EnrolledIdentity {
  readonly #options: EnrolmentOptions;
  readonly #deps: EnrolmentDeps;
  readonly #stop = new AbortController();
  readonly #listeners = new Set<(identity: MachineIdentity) => void>();
  readonly #alarm: Alarm;
  #current: MachineIdentity;
  #renewing: Promise<void> = Promise.resolve();

  /**
   * Takes up the certificate that is there, or enrols; it goes on trying while the daemon cannot
   * be reached.
   *
   * @throws Problem `unauthenticated` when the join token is refused or the listener is not the
   *   authority's, `config_invalid` when there is neither certificate nor token
   */
  static async start(
    options: EnrolmentOptions,
    deps: EnrolmentDeps & { readonly signal: AbortSignal },
  ): Promise<EnrolledIdentity> {
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    const kept = loadIdentity(identityFile(options));
    const isGood = kept !== undefined && kept.notAfter > deps.clock.now();
    const identity = isGood ? kept : await enrol(options, deps);
    return new EnrolledIdentity(options, deps, identity);
  }

  private constructor(options: EnrolmentOptions, deps: EnrolmentDeps, identity: MachineIdentity) {
    this.#options = options;
    this.#deps = deps;
    this.#alarm = new Alarm(deps.clock);
    this.#current = identity;
    this.#scheduleAtHalfLife();
  }

  current(): MachineIdentity {
    return this.#current;
  }

  /** Calls back with each renewed certificate; the answer ends that. */
  onChange(listener: (identity: MachineIdentity) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Gives up what is under way. */
  async close(): Promise<void> {
    this.#alarm.cancel();
    this.#listeners.clear();
    this.#stop.abort();
    await this.#renewing;
  }

  #scheduleAtHalfLife(): void {
    const { clock, random } = this.#deps;
    const leftMs = Math.max(0, this.#current.notAfter - clock.now());
    // Machines that were made together do not come back together.
    this.#renewIn((leftMs / 2) * (0.9 + 0.2 * random.fraction()), 0);
  }

  #renewIn(ms: number, failures: number): void {
    this.#alarm.setAt(this.#deps.clock.now() + ms, () => {
      this.#renewing = this.#renew(failures);
    });
  }

  async #renew(failures: number): Promise<void> {
    const { log, random } = this.#deps;
    try {
      const identity = await this.#askAgain();
      saveIdentity(identityFile(this.#options), identity);
      this.#current = identity;
      log.info({ notAfter: new Date(identity.notAfter).toISOString() }, "certificate renewed");
      this.#scheduleAtHalfLife();
      for (const listener of this.#listeners) this.#tell(listener, identity);
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      log.warn({ err: error }, "the certificate could not be renewed");
      this.#renewIn(backoffMs(failures, RENEWAL_RETRY_MAX_MS, random), failures + 1);
    }
  }

  /** That somebody cannot use it makes the certificate no worse. */
  #tell(listener: (identity: MachineIdentity) => void, identity: MachineIdentity): void {
    try {
      listener(identity);
    } catch (error) {
      this.#deps.log.error({ err: error }, "the renewed certificate is not taken up");
    }
  }

  async #askAgain(): Promise<MachineIdentity> {
    const deps: AskDeps = { ...this.#deps, signal: this.#stop.signal };
    const identity = this.#current;
    const proof = { type: "renewal", identity } as const;
    const pair = await newKeyPair();
    const { address } = this.#options;
    return requestCertificate({ address, ca: identity.ca, proof, pair }, deps);
  }
}

function identityFile({ directory }: EnrolmentOptions): string {
  return join(directory, IDENTITY_FILE);
}

/** Asks with the join token until there is an answer. */
async function enrol(options: EnrolmentOptions, deps: AskDeps): Promise<MachineIdentity> {
  const { address, token } = options;
  if (token === undefined) {
    throw new Problem(
      "config_invalid",
      "this machine has no certificate that is still good; give it a join token in a file that --token-file names",
    );
  }
  const credential = parseJoinToken(token);
  if (!credential.ok) throw new Problem("config_invalid", `the join token: ${credential.error}`);
  const keyFile = join(options.directory, "pending-key.pem");
  const pair = await pendingKey(keyFile);
  const proof = { type: "token", token: token.trim() } as const;
  for (let failures = 0; ; failures++) {
    try {
      const ca = await fetchPinnedAuthority(address, { pin: credential.value.pin, ...deps });
      const identity = await requestCertificate({ address, ca, proof, pair }, deps);
      saveIdentity(identityFile(options), identity);
      rmSync(keyFile, { force: true });
      deps.log.info({ notAfter: new Date(identity.notAfter).toISOString() }, "enrolled");
      return identity;
    } catch (error) {
      if (deps.signal.aborted || !Problem.is(error, "unavailable")) throw error;
      const text =
        "the daemon's enrolment listener cannot be asked for a certificate; trying again";
      deps.log.warn({ ...address, reason: Problem.from(error).message }, text);
    }
    await deps.clock.sleep(backoffMs(failures, RETRY_MAX_MS, deps.random), deps);
  }
}

function backoffMs(failures: number, maxMs: number, random: Random): number {
  const delay = Math.min(maxMs, RETRY_BASE_MS * 2 ** failures);
  return delay * (0.8 + 0.4 * random.fraction());
}
