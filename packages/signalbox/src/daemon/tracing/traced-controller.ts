import { ROOT_CONTEXT, SpanStatusCode, trace, type Tracer } from "@opentelemetry/api";
import { Problem } from "@signalbox/base";
import { type Controller, RequeueError } from "@signalbox/controller";
import { markReconciling } from "./reconciling.ts";
import type { TraceOrigins } from "./trace-origins.ts";

/**
 * Makes every reconcile a span of the trace that asked for the change. A reconcile that nobody asked
 * for, as when a machine has died, is a trace of its own.
 */
export function tracedController(
  controller: Controller,
  { tracer, origins }: { readonly tracer: Tracer; readonly origins: TraceOrigins },
): Controller {
  return {
    ...controller,
    reconcile: (key, reconcileContext) => {
      const origin = controller.outputs
        .map((kind) => origins.find(kind.name, key))
        .find((found) => found !== undefined);
      const root = markReconciling(ROOT_CONTEXT);
      const parent = origin === undefined ? root : trace.setSpanContext(root, origin);
      const attributes = {
        "signalbox.controller": controller.name,
        "signalbox.key": key,
        "signalbox.attempt": reconcileContext.attempt,
      };
      return tracer.startActiveSpan(
        `reconcile ${controller.name}`,
        { attributes },
        parent,
        async (span) => {
          try {
            return await controller.reconcile(key, reconcileContext);
          } catch (error) {
            if (!(error instanceof RequeueError)) {
              span.setStatus({ code: SpanStatusCode.ERROR, message: Problem.from(error).code });
            }
            throw error;
          } finally {
            span.end();
          }
        },
      );
    },
  };
}
