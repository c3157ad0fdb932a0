import { type KeyObject, sign, verify } from "node:crypto";

/** The digest of a key's signatures; null where the algorithm has its own. */
function digestOf(key: KeyObject): string | null {
  return key.asymmetricKeyType === "ed25519" ? null : "sha256";
}

/** Signs with whatever algorithm the key is for: Ed25519, or SHA-256 with ECDSA or RSA. */
export function signWith(key: KeyObject, bytes: Uint8Array): Buffer {
  return sign(digestOf(key), bytes, key);
}

/** True when `signature` is the key's own of these bytes. */
export function isSignedBy(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  return verify(digestOf(key), bytes, key, signature);
}
