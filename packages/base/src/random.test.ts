import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom, systemRandom } from "./random.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("the same seed gives the same run, another seed another", () => {
  const run = (seed: number): string => {
    const random = seededRandom(seed);
    return `${random.uuid()} ${random.fraction()} ${random.bytes(4).toString("hex")}`;
  };
  assert.equal(run(1), run(1));
  assert.notEqual(run(1), run(2));
});

for (const [name, random] of [
  ["seeded", seededRandom(3)],
  ["system", systemRandom],
] as const) {
  test(`${name}: version 4 UUIDs, fractions in [0, 1)`, () => {
    for (let i = 0; i < 200; i++) {
      assert.match(random.uuid(), UUID);
      const fraction = random.fraction();
      assert.ok(fraction >= 0 && fraction < 1);
    }
    assert.equal(random.bytes(16).length, 16);
  });
}
