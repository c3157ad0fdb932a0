import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const PAGE = "docs/architecture.md";
const ROW = /^\| [^|]+ \| (?<names>`[^|]+`) \| `(?<path>[^`|]+\.ts)` \|$/gm;

interface Hop {
  readonly names: readonly string[];
  readonly path: string;
}

function hops(): readonly Hop[] {
  return [...readFileSync(PAGE, "utf8").matchAll(ROW)].map(({ groups }) => ({
    names: (groups?.["names"] ?? "").split(", ").map((name) => name.slice(1, -1)),
    path: inRepository(groups?.["path"] ?? ""),
  }));
}

function inRepository(path: string): string {
  return path.startsWith("packages/") ? path : `packages/signalbox/src/${path}`;
}

/** `createServer`, or `Machine.ensure`: a method of a class, private ones included. */
function isDeclared(name: string, source: string): boolean {
  const [owner = "", method] = name.split(".");
  const declares = (pattern: string): boolean => new RegExp(pattern, "m").test(source);
  if (method === undefined) return declares(`^(export )?(async )?(function\\*?|const) ${owner}\\b`);
  const head = "^  (static )?(async )?#?";
  return declares(`class ${owner}\\b`) && declares(`${head}${method}(<.*>)?\\(`);
}

test("every hop of the walks is a function of the file that it names", () => {
  const found = hops();
  assert.ok(found.length >= 40, `the page has ${found.length} hops: are its tables still tables?`);
  const lost = found.flatMap(({ names, path }) => {
    const source = readFileSync(path, "utf8");
    return names.filter((name) => !isDeclared(name, source)).map((name) => `${name} in ${path}`);
  });
  assert.deepEqual(lost, []);
});
