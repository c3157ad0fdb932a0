import { createCipheriv, createDecipheriv } from "node:crypto";
import { fail, ok, type Random, type Result } from "@signalbox/base";
import type { SealedBytes } from "../model/node-authority.ts";

const ALGORITHM = "aes-256-gcm";
const NONCE_BYTES = 12;

/** Bytes of the key that seals. */
export const SEAL_KEY_BYTES = 32;

/** @param context bound to the bytes: they open under the same one alone */
export function seal(key: Buffer, context: string, bytes: Uint8Array, random: Random): SealedBytes {
  const nonce = random.bytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(context));
  const text = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return {
    nonce: nonce.toString("base64"),
    text: text.toString("base64"),
    tag: cipher.getAuthTag().toString("base64"),
  };
}

/** What was sealed; a failure says that the key or the context is another, or a bit has changed. */
export function openSeal(key: Buffer, context: string, sealed: SealedBytes): Result<Buffer> {
  try {
    const nonce = Buffer.from(sealed.nonce, "base64");
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: 16 })
      .setAAD(Buffer.from(context))
      .setAuthTag(Buffer.from(sealed.tag, "base64"));
    const text = Buffer.from(sealed.text, "base64");
    return ok(Buffer.concat([decipher.update(text), decipher.final()]));
  } catch {
    return fail("it does not open");
  }
}
