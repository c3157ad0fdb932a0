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

export const WIDGET: Kind<Widget> = defineKind("widget", {
  indexes: { color: (widget) => widget.color, tag: (widget) => widget.tags },
});

export interface Gadget {
  readonly widgetId: string;
  readonly count: number;
}

export const GADGET: Kind<Gadget> = defineKind("gadget", {
  indexes: { widget: (gadget) => gadget.widgetId },
});

/** The kinds that a store under test has to know. */
export const CONFORMANCE_KINDS: readonly Kind<never>[] = [WIDGET, GADGET];

/** Where one test's stores live. */
export interface StoreHarness {
  /**
   * Opens the store with `CONFORMANCE_KINDS`: empty the first time, and with what it had each time
   * after it was closed.
   */
  open(): Promise<Store>;
  /** Removes everything; every store is closed by then. */
  dispose(): Promise<void>;
}

export type CreateHarness = () => Promise<StoreHarness>;

/** Opens a store for the length of `use`. */
export async function withStore(
  createHarness: CreateHarness,
  use: (store: Store, harness: StoreHarness) => Promise<void>,
): Promise<void> {
  const harness = await createHarness();
  try {
    const store = await harness.open();
    try {
      await use(store, harness);
    } finally {
      await store.close();
    }
  } finally {
    await harness.dispose();
  }
}
