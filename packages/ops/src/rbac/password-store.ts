import { Problem, type Random } from "@signalbox/base";
import { hashPassword, type PasswordHash, verifyPassword } from "./password.ts";
import { parsePasswordText, passwordText } from "./password-text.ts";
import { DEFAULT_FACTOR, derive, isWeaker, type WorkFactor } from "./work-factor.ts";

/** How passwords are kept. */
export interface PasswordStoreOptions {
  readonly random: Random;
  /** How much work hashes are. Default: PBKDF2 with 600,000 iterations. */
  readonly factor?: WorkFactor | undefined;
  /** Told when a hash was set or made anew, to write it down. */
  readonly onChange?: ((user: string, text: string) => void) | undefined;
}

/** Users with their passwords' hashes as `passwordText` writes them. */
export type PasswordRecord = Readonly<Record<string, string>>;

/** Passwords of users. Checking costs the same whether the user is known or not (ops §4.2). */
export class PasswordStore {
  readonly #random: Random;
  readonly #factor: WorkFactor;
  readonly #onChange: (user: string, text: string) => void;
  readonly #hashes = new Map<string, PasswordHash>();
  /** What the passwords of unknown users are checked against. */
  readonly #dummy: PasswordHash;

  constructor({ random, factor = DEFAULT_FACTOR, onChange = () => {} }: PasswordStoreOptions) {
    this.#random = random;
    this.#factor = factor;
    this.#onChange = onChange;
    this.#dummy = { factor, salt: random.bytes(16), hash: random.bytes(32) };
  }

  /** @throws Problem `config_invalid`, naming the user whose hash cannot be read */
  load(record: PasswordRecord): void {
    for (const [user, text] of Object.entries(record)) {
      const hash = parsePasswordText(text);
      if (!hash.ok) throw new Problem("config_invalid", `password of ${user}: ${hash.error}`);
      this.#hashes.set(user, hash.value);
    }
  }

  /** All of it, to be loaded again. */
  toRecord(): PasswordRecord {
    return Object.fromEntries(
      Array.from(this.#hashes, ([user, hash]) => [user, passwordText(hash)]),
    );
  }

  /** Sets or replaces a password. The work of a hash is done off the event loop. */
  async set(user: string, password: string | Uint8Array): Promise<void> {
    this.#put(user, await hashPassword(password, { random: this.#random, factor: this.#factor }));
  }

  /** From now on nothing opens for the user. An unknown one is fine. */
  remove(user: string): void {
    this.#hashes.delete(user);
  }

  /** The hash of this moment, which changes whenever the password does. */
  hashOf(user: string): PasswordHash | undefined {
    return this.#hashes.get(user);
  }

  /** A right password whose hash has become too cheap is hashed anew. */
  async verify(user: string, password: string | Uint8Array): Promise<boolean> {
    const hash = this.#hashes.get(user);
    if (hash === undefined) {
      await verifyPassword(password, this.#dummy);
      return false;
    }
    const isRight = await verifyPassword(password, hash);
    await this.#levelTime(hash.factor);
    if (isRight && isWeaker(hash.factor, this.#factor)) await this.#rehash(user, hash, password);
    return isRight;
  }

  /** A cheaper hash of the same kind would tell by its time that the user is known. */
  async #levelTime(present: WorkFactor): Promise<void> {
    const wanted = this.#factor;
    if (present.kind !== "pbkdf2-sha256" || wanted.kind !== "pbkdf2-sha256") return;
    const iterations = wanted.iterations - present.iterations;
    if (iterations <= 0) return;
    await derive(this.#dummy.hash, this.#dummy.salt, { ...wanted, iterations }, 32);
  }

  /** Unless the password was changed meanwhile. */
  async #rehash(user: string, present: PasswordHash, password: string | Uint8Array): Promise<void> {
    const hash = await hashPassword(password, { random: this.#random, factor: this.#factor });
    if (this.#hashes.get(user) === present) this.#put(user, hash);
  }

  #put(user: string, hash: PasswordHash): void {
    this.#hashes.set(user, hash);
    this.#onChange(user, passwordText(hash));
  }
}
