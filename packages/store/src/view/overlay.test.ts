import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { WIDGET, type Widget } from "../conformance/harness.ts";
import type { Resource } from "../store.ts";
import { Overlay } from "./overlay.ts";
import { readPage } from "./resource-set.ts";
import { View } from "./view.ts";

const COLORS = ["red", "blue"] as const;
const write = fc.record({
  id: fc.integer({ min: 0, max: 12 }).map((n) => `w-${n}`),
  color: fc.option(fc.constantFrom(...COLORS), { nil: undefined }),
});
const writes = fc.array(write, { maxLength: 30 });

type Write = { readonly id: string; readonly color: string | undefined };

describe("Overlay", () => {
  it("reads like a view that has its writes, at two levels and when laid over anew", () => {
    fc.assert(
      fc.property(writes, writes, writes, (below, middle, top) => {
        const view = viewOf(below);
        const lower = overlayOf(view, middle);
        const upper = overlayOf(lower, top);
        assertReadsLike(upper, [...below, ...middle, ...top]);
        upper.rebase(viewOf([...below, ...middle]));
        assertReadsLike(upper, [...below, ...middle, ...top]);
        assertReadsLike(new Overlay(view), below);
      }),
      { seed: 1 },
    );
  });
});

function assertReadsLike(overlay: Overlay, all: readonly Write[]): void {
  const model = new Map<string, string>();
  for (const { id, color } of all) {
    if (color === undefined) model.delete(id);
    else model.set(id, color);
  }
  const idsOf = (color?: string): string[] =>
    [...model.keys()].filter((id) => color === undefined || model.get(id) === color).sort();
  const table = overlay.table(WIDGET);
  const listed = (query: Parameters<typeof readPage<Widget>>[1]): string[] =>
    readPage<Widget>(table, query, 0).items.map(({ id }) => id);
  assert.deepEqual(listed({}), idsOf());
  assert.deepEqual(
    listed({ after: "w-3" }),
    idsOf().filter((id) => id > "w-3"),
  );
  for (const value of COLORS) {
    assert.deepEqual(listed({ index: { name: "color", value } }), idsOf(value));
  }
  for (const [id, color] of model) {
    assert.deepEqual(table.get(id)?.value, { name: id, color });
  }
}

function viewOf(all: readonly Write[]): View {
  const view = new View([WIDGET]);
  const present = new Map<string, Resource | undefined>();
  for (const { id, color } of all) present.set(id, resourceOf(id, color));
  for (const resource of present.values()) if (resource !== undefined) view.load(resource);
  return view;
}

function overlayOf(below: View | Overlay, all: readonly Write[]): Overlay {
  const overlay = new Overlay(below);
  for (const { id, color } of all) {
    // Every other list makes the overlay sort before it is written to again.
    if (id < "w-3") readPage(overlay.table(WIDGET), {}, 0);
    overlay.table(WIDGET).set(id, resourceOf(id, color));
  }
  return overlay;
}

function resourceOf(id: string, color: string | undefined): Resource | undefined {
  if (color === undefined) return undefined;
  return { kind: "widget", id, value: { name: id, color }, revision: 1, createdRevision: 1 };
}
