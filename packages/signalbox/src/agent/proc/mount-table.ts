import { words } from "./text-lines.ts";

/** A line of `/proc/mounts`. */
export interface MountEntry {
  readonly filesystem: string;
  readonly mountedOn: string;
  /** @example "ext4" */
  readonly type: string;
}

/** `/proc/mounts`, in its order. */
export function parseMountTable(text: string): readonly MountEntry[] {
  return text.split("\n").flatMap((line) => {
    const [filesystem, mountedOn, type] = words(line).map(unescape);
    if (filesystem === undefined || mountedOn === undefined) return [];
    return [{ filesystem, mountedOn, type: type ?? "" }];
  });
}

/** The kernel writes blanks, tabs, line ends and backslashes as three octal digits: `\040`. */
function unescape(text: string): string {
  return text.replace(/\\([0-3][0-7]{2})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
