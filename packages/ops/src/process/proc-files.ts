/** Fields of /proc/self/stat that metrics are made of. */
export interface ProcStat {
  readonly virtualBytes: number;
}

/** Fields after the command, which stands in brackets and may hold anything. */
export function parseStat(text: string): ProcStat | undefined {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const virtualBytes = Number(fields[20]);
  return fields.length > 20 && Number.isFinite(virtualBytes) ? { virtualBytes } : undefined;
}

/** The soft limit of open files, as /proc/self/limits tells it. */
export function parseMaxFds(text: string): number | undefined {
  const found = /^Max open files\s+(\d+)/m.exec(text);
  return found === null ? undefined : Number(found[1]);
}

/** @returns undefined where there is no /proc */
export function openFiles(list: (path: string) => readonly string[]): number | undefined {
  try {
    // Listing the folder opens one more.
    return list("/proc/self/fd").length - 1;
  } catch {
    return undefined;
  }
}
