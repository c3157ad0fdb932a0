import { argon2, pbkdf2, scrypt } from "node:crypto";
import { promisify } from "node:util";

/** How much work one password hash is, by which function. */
export type WorkFactor =
  | { readonly kind: "pbkdf2-sha256"; readonly iterations: number }
  | {
      readonly kind: "scrypt";
      /** A power of two. */
      readonly cost: number;
      readonly blockSize: number;
      readonly parallelism: number;
    }
  | {
      readonly kind: "argon2id";
      readonly memoryKib: number;
      readonly passes: number;
      readonly parallelism: number;
    };

/** The contract's own (ops §4.2). */
export const DEFAULT_FACTOR: WorkFactor = Object.freeze({
  kind: "pbkdf2-sha256",
  iterations: 600_000,
});

// All in the thread pool, so a flood of logins never holds up the event loop.
const derivePbkdf2 = promisify(pbkdf2);
const deriveArgon2 = promisify(argon2);
const deriveScrypt = promisify<
  Uint8Array,
  Uint8Array,
  number,
  { cost: number; blockSize: number; parallelization: number; maxmem: number },
  Buffer
>(scrypt);

/** Scrypt needs 128 × cost × blockSize bytes; twice that leaves room for its own. */
const SCRYPT_BYTES = 2 * 128;

export function derive(
  password: Uint8Array,
  salt: Uint8Array,
  factor: WorkFactor,
  bytes: number,
): Promise<Buffer> {
  switch (factor.kind) {
    case "pbkdf2-sha256":
      return derivePbkdf2(password, salt, factor.iterations, bytes, "sha256");
    case "scrypt": {
      const { cost, blockSize, parallelism } = factor;
      const maxmem = SCRYPT_BYTES * cost * blockSize + SCRYPT_BYTES * blockSize * parallelism;
      const options = { cost, blockSize, parallelization: parallelism, maxmem };
      return deriveScrypt(password, salt, bytes, options);
    }
    case "argon2id": {
      const { memoryKib: memory, passes, parallelism } = factor;
      const parameters = {
        message: password,
        nonce: salt,
        tagLength: bytes,
        memory,
        passes,
        parallelism,
      };
      return deriveArgon2("argon2id", parameters);
    }
  }
}

/** Whether what was hashed with `present` should be hashed anew with `wanted`. */
export function isWeaker(present: WorkFactor, wanted: WorkFactor): boolean {
  return present.kind !== wanted.kind || workOf(present) < workOf(wanted);
}

function workOf(factor: WorkFactor): number {
  switch (factor.kind) {
    case "pbkdf2-sha256":
      return factor.iterations;
    case "scrypt":
      return factor.cost * factor.blockSize * factor.parallelism;
    case "argon2id":
      return factor.memoryKib * factor.passes;
  }
}
