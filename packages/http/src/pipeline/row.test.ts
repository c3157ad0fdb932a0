import assert from "node:assert/strict";
import { test } from "node:test";
import { startPipeline } from "./row.ts";

const common = { routes: "every", fails: [] } as const;

test("a row that needs what no earlier row adds does not compile", () => {
  const rows = startPipeline()
    // @ts-expect-error `startedMs` is added by no row above
    .row({ ...common, name: "too early", needs: ["startedMs"], adds: [] })
    .row({ ...common, name: "adds", needs: [], adds: ["startedMs"] })
    .row({ ...common, name: "in time", needs: ["startedMs"], adds: [] }).rows;
  assert.deepEqual(
    rows.map((row) => row.name),
    ["too early", "adds", "in time"],
  );
});

test("a step that uses what its row does not ask for does not compile", () => {
  const enter = ({ startedMs }: { readonly startedMs: number }): void => {
    assert.equal(typeof startedMs, "number");
  };
  const { rows } = startPipeline()
    .row({ ...common, name: "adds", needs: [], adds: ["startedMs"] })
    // @ts-expect-error the row does not list `startedMs`
    .row({ ...common, name: "takes more", needs: ["request"], adds: [], enter });
  assert.equal(rows.length, 2);
});
