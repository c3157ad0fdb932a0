import { type Context, createContextKey } from "@opentelemetry/api";

const KEY = createContextKey("signalbox reconciling");

/** Marks what runs in the context as done by a reconciler, not asked for by a request. */
export function markReconciling(context: Context): Context {
  return context.setValue(KEY, true);
}

export function isReconciling(context: Context): boolean {
  return context.getValue(KEY) === true;
}
