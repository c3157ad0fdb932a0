import assert from "node:assert/strict";
import { test } from "node:test";
import { type Random, seededRandom, VirtualClock } from "@signalbox/base";
import { createXidSource, isXid, xidSeconds } from "./xid.ts";

const clock = (ms: number): VirtualClock => new VirtualClock(ms);

test("the identifier of known bytes", () => {
  // The example of the format's own documentation: 4d88e15b60f486e428412dc9.
  const source = Buffer.from("60f486e428", "hex");
  const random: Random = {
    ...seededRandom(1),
    bytes: (length) => (length === 5 ? source : Buffer.alloc(length)),
  };
  const next = createXidSource({ clock: clock(0x4d88e15b * 1000 + 999), random });
  // The counter, its last three bytes, is another: 70 bits of 72 before it agree.
  assert.equal(next().slice(0, 14), "9m4e2mr0ui3e8a215n4g".slice(0, 14));
});

test("identifiers sort by the second, then by order", async () => {
  const time = clock(1_700_000_000_000);
  const next = createXidSource({ clock: time, random: seededRandom(7) });
  const ids: string[] = [];
  for (let second = 0; second < 70; second++) {
    for (let n = 0; n < 300; n++) ids.push(next());
    await time.advance(1000);
  }
  assert.deepEqual([...ids].sort(), ids);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(ids.every(isXid));
  assert.equal(xidSeconds(ids[0] ?? ""), 1_700_000_000);
  assert.equal(xidSeconds(ids.at(-1) ?? ""), 1_700_000_069);
});

test("two sources differ", () => {
  const at = clock(0);
  const [a, b] = [1, 2].map((seed) => createXidSource({ clock: at, random: seededRandom(seed) })());
  assert.notEqual(a, b);
});

test("what is no identifier", () => {
  for (const text of ["", "9m4e2mr0ui3e8a215n4", "9m4e2mr0ui3e8a215n4w", "9M4E2MR0UI3E8A215N4G"]) {
    assert.equal(isXid(text), false, text);
    assert.equal(xidSeconds(text), undefined);
  }
  assert.equal(xidSeconds("9m4e2mr0ui3e8a215n4g"), 0x4d88e15b);
});
