import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { exampleRows } from "../testing/example-rows.ts";

const ORDER = [
  "recover",
  "trace",
  "access log",
  "cors",
  "route",
  "audit",
  "limits",
  "deadline",
  "authenticate",
  "caller limits",
  "access control",
  "path and query",
  "read body",
  "body",
  "target",
  "idempotency",
  "handler",
  "response",
];

test("the rows run in this order, which is the security property", () => {
  assert.deepEqual(
    exampleRows().map((row) => row.name),
    ORDER,
  );
});

test("every row needs only what rows above it add", () => {
  const known = new Set<string>(["request", "head"]);
  for (const row of exampleRows()) {
    for (const field of row.needs) assert.ok(known.has(field), `${row.name} needs ${field}`);
    for (const field of row.adds) known.add(field);
  }
});

test("the life cycle document draws the rows in the same order", async () => {
  const text = await readFile(new URL("../../../../docs/lifecycle.md", import.meta.url), "utf8");
  const drawn = [...text.matchAll(/^ ([a-zC][a-zA-Z ]*?)(?: ·| {2,})/gm)].map(([, name]) =>
    name?.toLowerCase(),
  );
  assert.deepEqual(
    drawn.filter((name) => name !== undefined && ORDER.includes(name)),
    ORDER,
  );
});

test("the concept page says what each row needs and adds", async () => {
  const text = await readFile(new URL("../../../../docs/pipeline.md", import.meta.url), "utf8");
  const [, table = ""] = text.split("## Rows");
  const written = [...table.matchAll(/^\| (.*?) \| (.*?) \| (.*?) ?\| (.*?) ?\| .*\|$/gm)]
    .map(([, ...cells]) => cells)
    .slice(2);
  const actual = exampleRows().map(({ name, routes, needs, adds }) => [
    name,
    routes,
    needs.join(", "),
    adds.join(", "),
  ]);
  assert.deepEqual(written, actual);
});
