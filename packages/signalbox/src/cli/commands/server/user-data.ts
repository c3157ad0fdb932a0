import { readFile } from "node:fs/promises";
import { Problem } from "@signalbox/base";
import { Option } from "commander";

export const USER_DATA_OPTION = (): Option =>
  new Option("--user-data <file>", "file that cloud-init runs at the first boot");

/** The member `userData` of a server's spec, from a file. */
export async function readUserData(path: string | undefined): Promise<{ userData?: string }> {
  if (path === undefined) return {};
  try {
    return { userData: (await readFile(path)).toString("base64") };
  } catch (error) {
    throw new Problem("invalid_request", `the user data file ${path} cannot be read`, {
      cause: error,
    });
  }
}
