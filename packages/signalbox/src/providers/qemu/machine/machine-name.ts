import { createHash } from "node:crypto";
import { Problem } from "@signalbox/base";
import type { ServerRef } from "../../provider.ts";

const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const DIRECTORY_NAME = new RegExp(`^(${UUID})-(${UUID})$`);

/**
 * The name of the machine's directory, `ID-INCARNATION`.
 *
 * @throws Problem `unprocessable`: ids become file names, so nothing but UUIDs is let through
 */
export function machineDirectoryName({ id, incarnation }: ServerRef): string {
  const name = `${id}-${incarnation}`;
  if (!DIRECTORY_NAME.test(name)) {
    throw new Problem("unprocessable", "the server's id or incarnation is not a UUID");
  }
  return name;
}

/** The machine whose directory has this name. */
export function parseMachineDirectoryName(name: string): ServerRef | undefined {
  const [, id, incarnation] = DIRECTORY_NAME.exec(name) ?? [];
  return id === undefined || incarnation === undefined ? undefined : { id, incarnation };
}

/** The UUID that QEMU, and the guest's firmware tables, carry. */
export function machineUuid(ref: ServerRef): string {
  const hash = createHash("sha256").update(machineDirectoryName(ref)).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString("hex");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return [...parts, hex.slice(20, 32)].join("-");
}
