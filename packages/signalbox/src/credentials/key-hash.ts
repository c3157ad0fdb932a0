import { createHash, type KeyObject } from "node:crypto";
import { publicKeyDer } from "./key-pair.ts";

/** SHA-256 of a public key with its algorithm, lower-case hex. */
export function keyHash(publicKey: KeyObject): string {
  return createHash("sha256").update(publicKeyDer(publicKey)).digest("hex");
}
