import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

/**
 * The files that belong to the project, by git's word: tracked, or new and not ignored.
 *
 * @param patterns globs from the root, in which `**` crosses folders
 */
export function projectFiles(...patterns: readonly string[]): readonly string[] {
  const listed = execFileSync(
    "git",
    [
      "ls-files",
      "--cached",
      "--others",
      "--exclude-standard",
      "-z",
      "--",
      ...patterns.map((pattern) => `:(glob)${pattern}`),
    ],
    { encoding: "utf8" },
  );
  return listed.split("\0").filter((path) => path !== "" && existsSync(path));
}
