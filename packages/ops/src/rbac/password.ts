import { pbkdf2, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import type { Random } from "@signalbox/base";

/** A password that can be checked and not read: PBKDF2 with HMAC-SHA-256 (ops §4.2). */
export interface PasswordHash {
  readonly salt: Buffer;
  readonly iterations: number;
  readonly hash: Buffer;
}

export const DEFAULT_ITERATIONS = 600_000;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** In the thread pool, so a flood of logins never holds up the event loop. */
const derive = promisify(pbkdf2);

/** Hashes a password, given as it is: UTF-8, not normalised. */
export async function hashPassword(
  password: string,
  { random, iterations = DEFAULT_ITERATIONS }: { random: Random; iterations?: number | undefined },
): Promise<PasswordHash> {
  const salt = random.bytes(SALT_BYTES);
  return { salt, iterations, hash: await derive(password, salt, iterations, HASH_BYTES, "sha256") };
}

/** Compares in constant time. What was never set verifies nothing. */
export async function verifyPassword(
  password: string,
  { salt, iterations, hash }: PasswordHash,
): Promise<boolean> {
  if (hash.length === 0 || iterations <= 0) return false;
  const derived = await derive(password, salt, iterations, hash.length, "sha256");
  return timingSafeEqual(derived, hash);
}
