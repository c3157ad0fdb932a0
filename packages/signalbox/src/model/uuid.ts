import { createHash } from "node:crypto";
import type { Random } from "@signalbox/base";

/** A version 5 UUID: the same namespace and name always give the same one. */
export function uuidV5(namespace: string, name: Uint8Array): string {
  const hash = createHash("sha1").update(bytesOfUuid(namespace)).update(name).digest();
  const raw = hash.subarray(0, 16);
  raw[6] = ((raw[6] ?? 0) & 0x0f) | 0x50;
  raw[8] = ((raw[8] ?? 0) & 0x3f) | 0x80;
  const hex = raw.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The 16 raw bytes of a canonical UUID. */
export function bytesOfUuid(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll("-", ""), "hex");
}

/** A random id that starts with a letter, because ids double as DNS labels (compute-api §1.1). */
export function newResourceId(random: Random): string {
  for (;;) {
    const id = random.uuid();
    if (/^[a-f]/.test(id)) return id;
  }
}
