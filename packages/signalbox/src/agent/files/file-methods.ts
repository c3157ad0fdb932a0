import type { MachineMethods } from "../machine-methods.ts";
import { copyFiles } from "./copy-files.ts";
import { diskUsage } from "./disk-usage.ts";
import { listFiles } from "./list-files.ts";
import { readFile } from "./read-file.ts";

/** List, DiskUsage, Read and Copy, of the files below `fsRoot` (`/` in earnest). */
export function fileMethods(fsRoot: string): MachineMethods {
  return {
    list: (request, { signal }) => listFiles(fsRoot, request, signal),
    diskUsage: (request, { signal }) => diskUsage(fsRoot, request, signal),
    read: (request) => readFile(fsRoot, request),
    copy: (request, { signal }) => copyFiles(fsRoot, request, signal),
  };
}
