import { constants, lstatSync, readdirSync, type Stats } from "node:fs";
import { join, relative } from "node:path";
import type { DataFiles } from "../../daemon/data-files.ts";
import type { Account } from "../account.ts";
import type { FileFacts, FilesFacts } from "../checks/data-files.ts";
import type { NameAccount } from "./accounts.ts";
import { refusalOf } from "./data-directory.ts";

export interface FilesRequest {
  readonly files: DataFiles;
  readonly owner: Account;
  readonly user: Account;
  readonly nameAccount: NameAccount;
}

/** The entries of the data directory and of its store; what machines have is looked at elsewhere. */
export function readDataFiles({ files, owner, user, nameAccount }: FilesRequest): FilesFacts {
  const { directory } = files;
  const secrets = new Set([files.adminToken, files.tokens, files.authorityKey]);
  const paths = [...entriesOf(directory), ...entriesOf(files.store)];
  const found = paths.flatMap((path): FileFacts[] => {
    const stat = statIfThere(path);
    // A link's own mode says nothing.
    if (stat === undefined || stat.isSymbolicLink()) return [];
    const use = constants.R_OK | constants.W_OK | (stat.isDirectory() ? constants.X_OK : 0);
    return [
      {
        name: relative(directory, path),
        owner: nameAccount(stat.uid),
        mode: stat.mode,
        isUsable: refusalOf(path, use) === undefined,
        isSecret: secrets.has(path),
      },
    ];
  });
  return { directory, owner, user, files: found };
}

function entriesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory).map((name) => join(directory, name));
  } catch {
    return [];
  }
}

/** A daemon at work makes and removes files while they are listed. */
function statIfThere(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}
