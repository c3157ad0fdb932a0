/** When a call to many nodes has heard enough. The nodes that are left are told to stop. */
export type Completion =
  /** Every node has answered or failed. */
  | { readonly type: "all" }
  /** So many nodes have answered well. */
  | { readonly type: "first"; readonly count: number }
  /** More than half of the nodes have answered well. */
  | { readonly type: "quorum" };

export const ALL: Completion = Object.freeze({ type: "all" });

/** How far a call to many nodes has come. */
export interface Progress {
  readonly nodes: number;
  readonly succeeded: number;
  readonly failed: number;
}

/**
 * True when nothing more is waited for. Where too many nodes failed for the wish to come true, all
 * the others are waited for: the caller gets what there is.
 */
export function isComplete(completion: Completion, progress: Progress): boolean {
  if (progress.succeeded + progress.failed >= progress.nodes) return true;
  return progress.succeeded >= wanted(completion, progress.nodes);
}

function wanted(completion: Completion, nodes: number): number {
  switch (completion.type) {
    case "all":
      return Number.POSITIVE_INFINITY;
    case "first":
      return completion.count;
    case "quorum":
      return Math.floor(nodes / 2) + 1;
  }
}
