import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { test } from "node:test";
import { projectFiles } from "./source-files.ts";

const PASSED_ON = /^export (?:type )?\{(?<names>[^}]+)\} from "(?<from>\.[^"]+)"/gm;

interface Passed {
  readonly name: string;
  /** The file that it comes from. */
  readonly path: string;
}

/** What a door of a package passes on to those who import it. */
function passedOn(door: string): readonly Passed[] {
  return [...readFileSync(door, "utf8").matchAll(PASSED_ON)].flatMap(({ groups }) => {
    const path = posix.join(posix.dirname(door), groups?.["from"] ?? "");
    const names = (groups?.["names"] ?? "").split(",").filter((name) => name.trim() !== "");
    return names.map((name) => ({ name: ownName(name), path }));
  });
}

/** `Answer` of `type Answer as ServedAnswer`. */
function ownName(text: string): string {
  return (
    text
      .trim()
      .replace(/^type /, "")
      .split(" as ")[0] ?? ""
  );
}

function isDocumented({ name, path }: Passed): boolean {
  const kinds = "(?:abstract class|async function\\*?|class|const|function\\*?|interface|type)";
  return new RegExp(` \\*/\\n(?://.*\\n)*export ${kinds} ${name}\\b`).test(
    readFileSync(path, "utf8"),
  );
}

test("whatever a package passes on at its doors says where it is made what it is for", () => {
  const all = projectFiles("packages/*/src/**/index.ts").flatMap(passedOn);
  assert.ok(all.length >= 400, `there are ${all.length} exports: are doors still written so?`);
  const silent = all.filter((each) => !isDocumented(each));
  assert.deepEqual(silent, []);
});
