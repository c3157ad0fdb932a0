import assert from "node:assert/strict";
import { test } from "node:test";
import { type Column, renderTable } from "./render-table.ts";

const columns: readonly Column<{ name: string; state?: string }>[] = [
  { heading: "NAME", value: (item) => item.name },
  { heading: "STATE", value: (item) => item.state },
];

test("columns are as wide as their widest cell; what is missing is a dash", () => {
  assert.equal(
    renderTable(columns, [{ name: "a-long-name", state: "Running" }, { name: "b" }]),
    "NAME         STATE\na-long-name  Running\nb            -",
  );
});

test("no items leave the headings", () => {
  assert.equal(renderTable(columns, []), "NAME  STATE");
});

test("control characters do not reach the terminal", () => {
  const escape = String.fromCharCode(27);
  assert.equal(renderTable(columns, [{ name: `x${escape}[2J\n` }]).split("\n")[1], "x?[2J?  -");
});
