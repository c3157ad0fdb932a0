import assert from "node:assert/strict";
import { test } from "node:test";
import { systemRandom } from "@signalbox/base";
import { PasswordStore } from "./password-store.ts";

/** Work is told by the processor's time, which other programs do not lengthen. */
async function cpuMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The least of several rounds: a compiler or collector that runs beside one adds to its time. */
async function leastMs(works: readonly (() => Promise<unknown>)[]): Promise<number[]> {
  const least = works.map(() => Infinity);
  for (let round = 0; round < 5; round++) {
    for (const [n, work] of works.entries()) {
      least[n] = Math.min(least[n] ?? Infinity, await cpuMs(work));
    }
  }
  return least;
}

test("an unknown user, a wrong password and one with a cheaper hash cost the same work", async () => {
  const random = systemRandom;
  const pbkdf2 = (iterations: number) => ({ kind: "pbkdf2-sha256", iterations }) as const;
  const cheap = new PasswordStore({ random, factor: pbkdf2(1000) });
  await cheap.set("old", "secret");
  const store = new PasswordStore({ random, factor: pbkdf2(200_000) });
  await store.set("alice", "secret");
  store.load(cheap.toRecord());
  const times = await leastMs([
    () => store.verify("ghost", "x"),
    () => store.verify("alice", "x"),
    () => store.verify("old", "x"),
  ]);
  assert.ok(Math.min(...times) > 2, `too little work to tell: ${times.join(", ")} ms`);
  assert.ok(Math.max(...times) < 2 * Math.min(...times), `${times.join(", ")} ms`);
});
