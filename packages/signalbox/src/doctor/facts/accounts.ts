import { readText } from "./read-text.ts";
import type { Account } from "../account.ts";

/** Names the users of this host. */
export type NameAccount = (uid: number) => Account;

/** Reads the host's users once. Those of a directory service have no name here. */
export function readAccounts(passwd: string = readText("/etc/passwd") ?? ""): NameAccount {
  const names = new Map<number, string>();
  for (const line of passwd.split("\n")) {
    const [name = "", , uid = ""] = line.split(":");
    if (/^\d+$/.test(uid) && !names.has(Number(uid))) names.set(Number(uid), name);
  }
  return (uid) => ({ uid, name: names.get(uid) });
}
