import type { Clock, Random } from "@signalbox/base";
import type { PasswordStore } from "../rbac/password-store.ts";
import type { Authenticator, AuthOutcome, Credentials } from "./authenticator.ts";
import { type BasicCredentials, parseBasic } from "./basic-credentials.ts";
import { LoginThrottle, type ThrottleOptions } from "./login-throttle.ts";
import { VerifiedCache } from "./verified-cache.ts";
import { WorkGate } from "./work-gate.ts";

/** Whose passwords are checked, and how much work that may be. */
export interface PasswordAuthenticatorOptions extends ThrottleOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly passwords: PasswordStore;
  /** Passwords that are checked at once, each on a thread of the pool. Default: 2. */
  readonly concurrency?: number | undefined;
  /** Attempts that may wait or run; what comes on top is told to come back. Default: 64. */
  readonly maxPending?: number | undefined;
  /** How long after its last use a right password need not be checked again. Default: 60,000. */
  readonly rememberMs?: number | undefined;
}

const CONCURRENCY = 2;
const MAX_PENDING = 64;
/** As long as a lock-out, so that whoever was known when it began is known when he comes back. */
const REMEMBER_MS = 60_000;
/** What is remembered of failed attempts must not grow with what callers send. */
const MAX_USER_LENGTH = 256;
const BUSY_RETRY_MS = 1000;

/**
 * Takes HTTP Basic. The work that wrong passwords cause is bounded: by source, by account and in
 * all; who was verified before is let in without any.
 */
export class PasswordAuthenticator implements Authenticator {
  readonly #clock: Clock;
  readonly #passwords: PasswordStore;
  readonly #verified: VerifiedCache;
  readonly #throttle: LoginThrottle;
  readonly #gate: WorkGate;
  readonly #maxPending: number;
  #pending = 0;

  constructor(options: PasswordAuthenticatorOptions) {
    const { clock, random, rememberMs = REMEMBER_MS } = options;
    this.#clock = clock;
    this.#passwords = options.passwords;
    this.#verified = new VerifiedCache({ clock, random, forMs: rememberMs });
    this.#throttle = new LoginThrottle(clock, options);
    this.#gate = new WorkGate(options.concurrency ?? CONCURRENCY);
    this.#maxPending = options.maxPending ?? MAX_PENDING;
  }

  async authenticate(
    { authorization = "", remoteAddress }: Credentials,
    signal: AbortSignal,
  ): Promise<AuthOutcome> {
    if (!/^basic /i.test(authorization)) return { outcome: "absent" };
    const credentials = parseBasic(authorization);
    if (credentials === undefined || credentials.user.length > MAX_USER_LENGTH) {
      return { outcome: "refused" };
    }
    const { user } = credentials;
    if (this.#verified.recognize(credentials, this.#passwords.hashOf(user))) {
      return { outcome: "accepted", user };
    }
    if (this.#pending >= this.#maxPending) {
      return { outcome: "delayed", retryAfterMs: BUSY_RETRY_MS };
    }
    const admission = this.#throttle.admit(remoteAddress, user);
    if (!admission.isAdmitted) return { outcome: "delayed", retryAfterMs: admission.retryAfterMs };
    let isRight: boolean | undefined;
    this.#pending++;
    try {
      isRight = await this.#attempt(credentials, admission.delayMs, signal);
    } finally {
      this.#pending--;
      this.#throttle.settle(remoteAddress, user, isRight);
    }
    return isRight === true ? { outcome: "accepted", user } : { outcome: "refused" };
  }

  /** @returns undefined when the caller left before its password was checked */
  async #attempt(
    credentials: BasicCredentials,
    delayMs: number,
    signal: AbortSignal,
  ): Promise<boolean | undefined> {
    if (delayMs > 0) await this.#clock.sleep(delayMs, { signal }).catch(() => {});
    return this.#gate.run(async () => {
      if (signal.aborted) return undefined;
      const { user, password } = credentials;
      const isRight = await this.#passwords.verify(user, password);
      const hash = this.#passwords.hashOf(user);
      if (isRight && hash !== undefined) this.#verified.add(credentials, hash);
      return isRight;
    });
  }
}
