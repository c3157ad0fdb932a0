import { readFile } from "node:fs/promises";
import { Option } from "commander";
import { unreadableFile } from "../../unreadable-file.ts";

export const USER_DATA_OPTION = (): Option =>
  new Option("--user-data <file>", "file that cloud-init runs at the first boot");

/** The member `userData` of a server's spec, from a file. */
export async function readUserData(path: string | undefined): Promise<{ userData?: string }> {
  if (path === undefined) return {};
  try {
    return { userData: (await readFile(path)).toString("base64") };
  } catch (error) {
    throw unreadableFile(`the user data file ${path}`, error);
  }
}
