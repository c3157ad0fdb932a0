import { createPrivateKey, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { writeFileAtomically } from "@signalbox/base";
import { type KeyPair, newKeyPair, privateKeyPem } from "../../credentials/key-pair.ts";

/**
 * The key that a machine enrols with, in a file before it is first sent: a join token is good for
 * one key, and the answer may be lost, or the machine may go down before it has come.
 */
export async function pendingKey(path: string): Promise<KeyPair> {
  const kept = readKey(path);
  if (kept !== undefined) return kept;
  const made = await newKeyPair();
  writeFileAtomically(path, privateKeyPem(made.privateKey));
  return made;
}

function readKey(path: string): KeyPair | undefined {
  try {
    const privateKey = createPrivateKey(readFileSync(path, "utf8"));
    return { privateKey, publicKey: createPublicKey(privateKey) };
  } catch {
    return undefined;
  }
}
