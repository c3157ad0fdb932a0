import { createHmac } from "node:crypto";
import type { Clock, Random } from "@signalbox/base";
import type { PasswordHash } from "../rbac/password.ts";
import type { BasicCredentials } from "./basic-credentials.ts";

export interface VerifiedCacheOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** How long a verified password need not be verified again, from its last use on. */
  readonly forMs: number;
}

interface Entry {
  /** What the password was verified against: once it changes, the entry is void. */
  readonly hash: PasswordHash;
  readonly untilMs: number;
}

const MAX_ENTRIES = 1000;
const KEY_BYTES = 32;

/**
 * Remembers that a password was right, by a digest with a key that never leaves here: for seconds,
 * as a copy of the memory is worth guessing at, and anew at each use, so that whoever works on is
 * not locked out by what others guess at his address.
 */
export class VerifiedCache {
  readonly #options: VerifiedCacheOptions;
  readonly #key: Buffer;
  readonly #entries = new Map<string, Entry>();

  constructor(options: VerifiedCacheOptions) {
    this.#options = options;
    this.#key = options.random.bytes(KEY_BYTES);
  }

  /**
   * Whether they are remembered; if so, for as long again.
   *
   * @param hash the user's of this moment
   */
  recognize(credentials: BasicCredentials, hash: PasswordHash | undefined): boolean {
    const digest = this.#digest(credentials);
    const entry = this.#entries.get(digest);
    if (entry === undefined || entry.hash !== hash) return false;
    if (entry.untilMs <= this.#options.clock.monotonic()) return false;
    this.#remember(digest, hash);
    return true;
  }

  add(credentials: BasicCredentials, hash: PasswordHash): void {
    this.#remember(this.#digest(credentials), hash);
  }

  #remember(digest: string, hash: PasswordHash): void {
    // Entered again at the end, so that the first is the one longest unused.
    this.#entries.delete(digest);
    this.#entries.set(digest, {
      hash,
      untilMs: this.#options.clock.monotonic() + this.#options.forMs,
    });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= MAX_ENTRIES) return;
      this.#entries.delete(oldest);
    }
  }

  #digest({ user, password }: BasicCredentials): string {
    const hmac = createHmac("sha256", this.#key);
    return hmac
      .update(`${Buffer.byteLength(user)}:${user}`)
      .update(password)
      .digest("base64");
  }
}
