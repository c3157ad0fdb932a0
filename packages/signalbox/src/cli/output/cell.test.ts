import assert from "node:assert/strict";
import { test } from "node:test";
import { cell, printableLines } from "./cell.ts";
import { renderItem } from "./render.ts";

const ESCAPE = String.fromCharCode(27);

test("what is missing or empty is a dash", () => {
  assert.equal(cell(undefined), "-");
  assert.equal(cell(""), "-");
  assert.equal(cell("0"), "0");
});

test("lines stay, what moves a cursor does not", () => {
  assert.equal(printableLines(`one\n${ESCAPE}[2J\rtwo\n`), "one\n?[2J?two\n");
});

test("one item is as harmless as a list of them", () => {
  const columns = [{ heading: "KEY", value: ({ key }: { key: string }) => key }];
  assert.equal(renderItem("table", columns, { key: `ssh ${ESCAPE}]0;x` }), "KEY  ssh ?]0;x");
  assert.equal(renderItem("table", columns, { key: "" }), "KEY  -");
});
