import { readFile, readlink } from "node:fs/promises";

/** A file that the kernel writes; undefined where it is missing or not ours to read. */
export async function readKernelFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    // Processes and devices come and go between listing and reading.
    return undefined;
  }
}

/** The first line of such a file, without blanks around it. */
export async function readKernelLine(path: string): Promise<string | undefined> {
  return (await readKernelFile(path))?.split("\n")[0]?.trim();
}

/** Where a link of the kernel's points; undefined where it is missing or not ours to read. */
export async function readKernelLink(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch {
    return undefined;
  }
}
