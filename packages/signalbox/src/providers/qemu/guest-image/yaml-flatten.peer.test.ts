import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { parse, stringify } from "yaml";
import { missingProgram, skipWithout } from "../testing/peer-missing.ts";

const PROGRAM = join(
  import.meta.dirname,
  "../../../../../../scripts/guest-image/rootfs/usr/lib/signalbox-guest/yaml-flatten.awk",
);
const skip = skipWithout(missingProgram(["busybox"], process.env), process.env);

/** Runs the guest's own reader, on the guest's own awk. */
function flatten(document: string): { readonly lines: readonly string[]; readonly fault: string } {
  const { stdout, stderr } = spawnSync("busybox", ["awk", "-f", PROGRAM], {
    input: document,
    encoding: "utf8",
  });
  return { lines: stdout === "" ? [] : stdout.slice(0, -1).split("\n"), fault: stderr };
}

type Document = string | number | boolean | null | readonly Document[] | DocumentMap;

interface DocumentMap {
  readonly [key: string]: Document;
}

/** Array.isArray does not narrow a read-only array. */
function isList(value: Document): value is readonly Document[] {
  return Array.isArray(value);
}

/** What the program's header promises, for a value that is known. */
function expected(value: Document, path = ""): readonly string[] {
  if (isList(value)) return value.flatMap((item, at) => expected(item, below(path, `${at}`)));
  if (value !== null && typeof value === "object") {
    return Object.entries(value).flatMap(([name, item]) => expected(item, below(path, name)));
  }
  const text = value === null ? "" : `${value}`;
  return [`${path}\t${text.replaceAll(/[\\\n\t]/g, escape)}`];
}

function escape(character: string): string {
  return { "\\": "\\\\", "\n": "\\n", "\t": "\\t" }[character] ?? character;
}

function below(path: string, name: string): string {
  return path === "" ? name : `${path}/${name}`;
}

const examples: readonly (readonly [name: string, document: string, value: Document])[] = [
  ["a list in the column of its key", "runcmd:\n- a\n- b\n", { runcmd: ["a", "b"] }],
  ["lists in lists", "- - a\n  - b\n-\n  - c\n", [["a", "b"], ["c"]]],
  ["comments", "# one\na: b # two\nc: 'd # e'\n#three\n", { a: "b", c: "d # e" }],
  ["a colon within a word", "a: http://x:1/\n", { a: "http://x:1/" }],
  ["a literal block", "a: |\n  x\n    y\n\n  z\nb: c\n", { a: "x\n  y\n\nz\n", b: "c" }],
  ["a block that is stripped", "a: |-\n  x\n\nb: c\n", { a: "x", b: "c" }],
  ["a block that is kept", "a: |+\n  x\n\nb: c\n", { a: "x\n\n", b: "c" }],
  ["a block that says its indentation", "a: |2\n    x\n  y\n", { a: "  x\ny\n" }],
  ["a folded block", "a: >\n  x\n  y\n\n  z\n", { a: "x y\nz\n" }],
  [
    "a block with shell in it",
    "a:\n  - |\n    if x; then # c\n      y: z\n    fi\n",
    { a: ["if x; then # c\n  y: z\nfi\n"] },
  ],
  ["flow over several lines", "a: [b, # c\n  'd,e',\n  {f: g}]\n", { a: ["b", "d,e", { f: "g" }] }],
  ["JSON", '{"a": [1, true, null, "x\\u00e9\\n"]}', { a: [1, true, null, "xé\n"] }],
  ["plain text over lines", "a: b\n  c\n\n  d\n", { a: "b c\nd" }],
  ["Windows line ends", "a: b\r\nc:\r\n  - d\r\n", { a: "b", c: ["d"] }],
  ["document marks", "---\na: b\n...\n", { a: "b" }],
  ["nothing", "# only a comment\n", {}],
];

for (const [name, document, value] of examples) {
  test(`understands ${name}`, { skip }, () => {
    assert.deepEqual(flatten(document), { lines: expected(value), fault: "" });
  });
}

const refused: readonly (readonly [name: string, document: string])[] = [
  ["an anchor", "a: &x b\n"],
  ["an alias", "a: *x\n"],
  ["a tag", "a: !!binary aGk=\n"],
  ["a merge key", "<<: {a: b}\n"],
  ["a complex key", "? a\n: b\n"],
  ["a tab as indentation", "a:\n\tb: c\n"],
  ["a second document", "a: b\n---\nc: d\n"],
  ["an open bracket", "a: [b, c\n"],
  ["an open quotation", 'a: "b\n'],
  ["text behind a quotation", 'a: "b" c\n'],
  ["an indentation that fits nothing", "a:\n    b: c\n  d: e\n"],
];

for (const [name, document] of refused) {
  test(`gives up at ${name}, and prints nothing`, { skip }, () => {
    const { lines, fault } = flatten(document);
    assert.deepEqual(lines, []);
    assert.match(fault, /^line \d+: .+ is not understood\n$/);
  });
}

const key = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/);
const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.array(fc.stringMatching(/^[ -~]{0,90}$/), { maxLength: 4 }).map((lines) => lines.join("\n")),
);
const { value: anyValue } = fc.letrec<{
  value: Document;
  list: readonly Document[];
  map: DocumentMap;
}>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, text, fc.integer(), fc.boolean(), tie("list"), tie("map")),
  list: fc.array(tie("value"), { minLength: 1, maxLength: 4 }),
  map: fc.dictionary(key, tie("value"), { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
}));
const map = fc.dictionary(key, anyValue, { minKeys: 1, maxKeys: 5, noNullPrototype: true });

test("reads what a YAML library writes", { skip }, () => {
  const width = fc.constantFrom(20, 80);
  fc.assert(
    fc.property(map, width, fc.constantFrom(2, 4), (value, lineWidth, indent) => {
      const document = stringify(value, { lineWidth, indent, aliasDuplicateObjects: false });
      // Not `value`: the library writes " \n" in a form that it, and others, read as "\n".
      const lines = expected(parse(document));
      assert.deepEqual(flatten(document), { lines, fault: "" }, document);
    }),
    { seed: 20_261_121, numRuns: 250 },
  );
});

test("reads any JSON", { skip }, () => {
  fc.assert(
    fc.property(map, fc.constantFrom(0, 2), (value, indent) => {
      const document = JSON.stringify(value, null, indent);
      assert.deepEqual(flatten(document), { lines: expected(value), fault: "" }, document);
    }),
    { seed: 20_261_122, numRuns: 150 },
  );
});

test("ends, whatever the bytes", { skip }, () => {
  const line = fc.stringMatching(/^[ \t]{0,3}[-:[\]{}"'|>#&*!? a\\,]{0,12}$/);
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
      const { fault } = flatten(lines.join("\n"));
      assert.match(fault, /^(line \d+: .+ is not understood\n)?$/);
    }),
    { seed: 20_261_123, numRuns: 250 },
  );
});
