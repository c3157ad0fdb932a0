import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseProcStat } from "./proc-stat.ts";

const tail = `S 1 ${Array.from({ length: 17 }, (_, n) => n).join(" ")} 4711 0 0`;

test("the start time is field 22, whatever the program calls itself", () => {
  for (const name of ["qemu", "a b", "a) S 1 2 (b", "()"]) {
    assert.deepEqual(parseProcStat(`77 (${name}) ${tail}`), {
      ok: true,
      value: { state: "S", startTicks: 4711 },
    });
  }
});

test("anything else is refused, and nothing throws", () => {
  for (const text of ["", "77 (qemu", "77 (qemu) S 1", "77 (qemu) 5 1"]) {
    assert.equal(parseProcStat(text).ok, false);
  }
  fc.assert(
    fc.property(fc.string(), (text) => {
      assert.equal(typeof parseProcStat(text).ok, "boolean");
    }),
    { seed: 22 },
  );
});
