import { statSync } from "node:fs";
import type { Log } from "@signalbox/base";
import type { DataFiles } from "./data-files.ts";

const OTHERS_READ = 0o044;
const OTHERS_WRITE = 0o022;

/**
 * Complains of a data directory that other users of the host may change, and of secrets that they
 * may read or replace: whoever writes the token file is administrator. Nothing is changed, since
 * volumes of containers come with such modes and somebody may mean it.
 */
export function warnOfLooseModes(
  files: Pick<DataFiles, "directory" | "tokens" | "adminToken" | "authorityKey">,
  log: Log,
): void {
  const rules = [
    { path: files.directory, loose: OTHERS_WRITE, chmod: "0700" },
    { path: files.tokens, loose: OTHERS_WRITE, chmod: "0600" },
    { path: files.authorityKey, loose: OTHERS_READ | OTHERS_WRITE, chmod: "0600" },
    { path: files.adminToken, loose: OTHERS_READ | OTHERS_WRITE, chmod: "0600" },
  ];
  for (const { path, loose, chmod } of rules) {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
    if ((mode & loose) === 0) continue;
    const shown = (mode & 0o777).toString(8).padStart(4, "0");
    log.warn({ path, mode: shown }, `other users of this host have access; chmod ${chmod}`);
  }
}
