import { readFileSync } from "node:fs";
import { Problem, type Random, writeFileAtomically } from "@signalbox/base";
import { SEAL_KEY_BYTES } from "./key-seal.ts";

/**
 * The key that opens the authority's private keys, base64 in a file of its owner alone.
 *
 * @returns undefined when there is no such file
 * @throws Problem `config_invalid` when the file cannot be read or holds something else
 */
export function readKeyFile(path: string): Buffer | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Problem("config_invalid", `the key file ${path} cannot be read`, { cause: error });
  }
  const key = Buffer.from(text.trim(), "base64");
  if (key.length === SEAL_KEY_BYTES) return key;
  const message = `the key file ${path} is damaged: restore it from a backup`;
  throw new Problem("config_invalid", message);
}

/** Makes the file, mode 0600. */
export function writeKeyFile(path: string, random: Random): Buffer {
  const key = random.bytes(SEAL_KEY_BYTES);
  writeFileAtomically(path, `${key.toString("base64")}\n`);
  return key;
}
