export type { BackoffOptions } from "./backoff.ts";
export {
  type Controller,
  type ControllerInput,
  defineInput,
  type ReconcileContext,
  type ReconcileResult,
  RequeueError,
} from "./controller.ts";
export { type ControllerGraph, formatGraph, type GraphNode } from "./graph.ts";
export type { QueueDepth } from "./keyed-queue.ts";
export {
  type ControllerRuntime,
  type ControllerRuntimeDeps,
  type ControllerRuntimeOptions,
  createControllerRuntime,
} from "./controller-runtime.ts";
export { createControllerInstruments } from "./instruments.ts";
