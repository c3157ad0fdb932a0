import { after, type TestContext } from "node:test";

/** Where a world ends: with a test, or with the `describe` that shares it. */
export type Scope = Pick<TestContext, "after">;

/**
 * One world for all tests of a `describe`, which calls this; the first test that asks starts it.
 * For tests that make what they look at and count on nothing being absent: most of what a test of
 * one request takes is a store of its own.
 *
 * @example
 * ```ts
 * describe("servers", () => {
 *   const world = shared(startApi);
 *   it("are created", async () => expectStatus(await (await world()).call("POST", ...), 201));
 * });
 * ```
 */
export function shared<T>(start: (scope: Scope) => Promise<T>): () => Promise<T> {
  const ends: (() => unknown)[] = [];
  let world: Promise<T> | undefined;
  after(async () => {
    for (const end of ends) await end();
  });
  return () => (world ??= start({ after: (end: () => unknown) => void ends.push(end) }));
}
