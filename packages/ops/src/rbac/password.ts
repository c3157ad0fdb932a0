import { timingSafeEqual } from "node:crypto";
import type { Random } from "@signalbox/base";
import { DEFAULT_FACTOR, derive, type WorkFactor } from "./work-factor.ts";

/** A password that can be checked and not read (ops §4.2). */
export interface PasswordHash {
  readonly factor: WorkFactor;
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Hashes a password, given as it is: text as UTF-8, not normalised. */
export async function hashPassword(
  password: string | Uint8Array,
  { random, factor = DEFAULT_FACTOR }: { random: Random; factor?: WorkFactor | undefined },
): Promise<PasswordHash> {
  const salt = random.bytes(SALT_BYTES);
  return { factor, salt, hash: await derive(bytesOf(password), salt, factor, HASH_BYTES) };
}

/** Compares in constant time. What was never set verifies nothing. */
export async function verifyPassword(
  password: string | Uint8Array,
  { salt, factor, hash }: PasswordHash,
): Promise<boolean> {
  if (hash.length === 0 || (factor.kind === "pbkdf2-sha256" && factor.iterations <= 0))
    return false;
  const derived = await derive(bytesOf(password), salt, factor, hash.length);
  return timingSafeEqual(derived, hash);
}

function bytesOf(password: string | Uint8Array): Uint8Array {
  return typeof password === "string" ? Buffer.from(password) : password;
}
