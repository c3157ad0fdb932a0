import type { ServerEndpoints } from "./xds-group.ts";

/** What one revision did to one resource. */
export interface XdsResourceChange {
  readonly typeUrl: string;
  readonly name: string;
  /** Version before; absent: there was none. */
  readonly before?: string;
  /** Version after; absent: it was removed. */
  readonly after?: string;
  /** The message before, in base64, from which the revision is undone. */
  readonly undo?: string;
}

export type XdsAction = "create" | "update" | "put" | "delete" | "replace" | "rollback";

/** One change of what an xDS group serves: who, when, what, and how to undo it. */
export interface XdsRevision {
  readonly groupId: string;
  readonly revision: number;
  readonly at: string;
  /** Token subject or certificate CN. */
  readonly by: string;
  readonly action: XdsAction;
  /** The revision that a rollback went back to. */
  readonly restored?: number;
  readonly changes: readonly XdsResourceChange[];
  /** The endpoints from servers before, where the revision changed them. */
  readonly endpointsBefore?: readonly ServerEndpoints[];
  /** What it takes to keep, about; what the history is bounded by. */
  readonly bytes: number;
  /** False when undoing it would take more than a history may hold. */
  readonly isUndoable: boolean;
}
