import type { Log } from "@signalbox/base";
import type { Change, Kind } from "@signalbox/store";
import type { BackoffOptions } from "./backoff.ts";

/** Changes of `kind` that make keys of the controller worth another look. */
export interface ControllerInput {
  readonly kind: Kind<never>;
  /**
   * The keys that a change concerns; by default the id of the changed resource. At the start every
   * resource is shown as a `created` change.
   */
  readonly keys?: (change: Change) => readonly string[];
}

/**
 * An input whose `keys` sees the values of its kind.
 *
 * @example
 * ```ts
 * defineInput(IMAGE, (change) => serversOf(changedResource(change).value));
 * ```
 */
export function defineInput<T>(
  kind: Kind<T>,
  keys: (change: Change<T>) => readonly string[],
): ControllerInput {
  // A feed delivers to an input the changes of its own kind alone.
  return { kind, keys: (change) => keys(change as Change<T>) };
}

/** What one reconcile is given besides its key. */
export interface ReconcileContext {
  /** Aborts when the reconcile has taken too long, or at the end of a shutdown's patience. */
  readonly signal: AbortSignal;
  /** Says which controller and which key it is about. */
  readonly log: Log;
  /** 1 on the first try since the key last succeeded. */
  readonly attempt: number;
}

/** What a reconcile answers: nothing when the key is at rest, or when to look again. */
export type ReconcileResult = void | { readonly requeueAfterMs: number };

/**
 * A level-triggered reconciler: it is handed a key, never an event, reads the present state and
 * moves the world towards it. It may run at any time and any number of times.
 */
export interface Controller {
  readonly name: string;
  readonly inputs: readonly ControllerInput[];
  /** Kinds whose status this controller alone writes; two owners of one kind are refused. */
  readonly outputs: readonly Kind<never>[];
  /** Keys reconciled at once; default 4. One key is never worked on twice at a time. */
  readonly concurrency?: number;
  /** A reconcile that takes longer is aborted and counts as failed; default 300,000 ms. */
  readonly timeoutMs?: number;
  /** How failures are spaced out. */
  readonly backoff?: BackoffOptions;
  reconcile(key: string, context: ReconcileContext): Promise<ReconcileResult>;
}

/**
 * Thrown to look again after a delay without counting as a failure: something else has to happen
 * first, and its change may not reach a watch.
 */
export class RequeueError extends Error {
  override readonly name = "RequeueError";
  readonly delayMs: number;

  constructor(message: string, delayMs: number) {
    super(message);
    this.delayMs = delayMs;
  }
}
