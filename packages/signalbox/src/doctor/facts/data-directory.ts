import { accessSync, constants, statSync } from "node:fs";
import type { Account } from "../account.ts";
import type { DirectoryFacts } from "../checks/data-directory.ts";
import type { NameAccount } from "./accounts.ts";
import { nearestExisting } from "./disk.ts";

const FULL_USE = constants.R_OK | constants.W_OK | constants.X_OK;

export function readDataDirectory(
  path: string,
  user: Account,
  nameAccount: NameAccount,
): DirectoryFacts {
  return { path, user, state: stateOf(path, nameAccount) };
}

function stateOf(path: string, nameAccount: NameAccount): DirectoryFacts["state"] {
  try {
    const { uid, mode, isDirectory } = seen(path);
    if (!isDirectory) return { is: "no directory" };
    return { is: "there", owner: nameAccount(uid), mode, refusal: refusalOf(path, FULL_USE) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EACCES") return { is: "hidden" };
    if (code === "ENOTDIR") return { is: "no directory" };
    const parent = nearestExisting(path);
    const canBeMade = refusalOf(parent, constants.W_OK | constants.X_OK) === undefined;
    return { is: "absent", parent, canBeMade };
  }
}

function seen(path: string) {
  const stat = statSync(path);
  return { uid: stat.uid, mode: stat.mode, isDirectory: stat.isDirectory() };
}

/** The system's code when this user may not use the path so; undefined when it may. */
export function refusalOf(path: string, use: number): string | undefined {
  try {
    accessSync(path, use);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "EIO";
  }
}
