import type { Kind } from "../kind.ts";
import { defineKind } from "../kind.ts";
import type { Store } from "../store.ts";

/** A kind with an index of each shape: one value, several, none. */
export interface Widget {
  readonly name: string;
  readonly color?: string;
  readonly tags?: readonly string[];
  readonly count?: number;
}

/** Found by `color` and by each of its `tag`s. */
export const WIDGET: Kind<Widget> = defineKind("widget", {
  indexes: { color: (widget) => widget.color, tag: (widget) => widget.tags },
});

/** A second kind, so that watches of one kind can be told from those of both. */
export interface Gadget {
  readonly widgetId: string;
  readonly count: number;
}

/** Found by the `widget` that it belongs to. */
export const GADGET: Kind<Gadget> = defineKind("gadget", {
  indexes: { widget: (gadget) => gadget.widgetId },
});

/** The kinds that a store under test has to know. */
export const CONFORMANCE_KINDS: readonly Kind<never>[] = [WIDGET, GADGET];

/** Where one test's stores live. */
export interface StoreHarness {
  /**
   * Opens the store with `CONFORMANCE_KINDS`: empty the first time, and with what it had each time
   * after it was closed. It keeps at least 1,000 revisions of history by itself.
   */
  open(): Promise<Store>;
  /** Removes everything; every store is closed by then. */
  dispose(): Promise<void>;
}

/** Makes a place of its own for each test. */
export type CreateHarness = () => Promise<StoreHarness>;

/** Opens a store for the length of `use`, which may open it again; all are closed at the end. */
export async function withStore(
  createHarness: CreateHarness,
  use: (store: Store, open: () => Promise<Store>) => Promise<void>,
): Promise<void> {
  const harness = await createHarness();
  const opened: Store[] = [];
  const open = async (): Promise<Store> => {
    const store = await harness.open();
    opened.push(store);
    return store;
  };
  try {
    await use(await open(), open);
  } finally {
    for (const store of opened) await store.close();
    await harness.dispose();
  }
}
