import { trace, type Tracer } from "@opentelemetry/api";
import type { Controller } from "@signalbox/controller";
import type { Store } from "@signalbox/store";
import type { Assembly } from "../assembly.ts";

/** How parts take part in traces. */
export interface Tracing {
  readonly tracer: Tracer;
  /** The store through which changes are asked for. */
  readonly store: (store: Store) => Store;
  readonly controller: (controller: Controller) => Controller;
}

/** Without a collector nothing is traced, and nothing is paid for it. */
export async function startTracing({
  config,
  version,
  parts,
  clock,
}: TracingDeps): Promise<Tracing> {
  const { otlpEndpoint, samplingRatio } = config.telemetry;
  if (otlpEndpoint === undefined) {
    const tracer = trace.getTracer("signalbox");
    return { tracer, store: (store) => store, controller: (controller) => controller };
  }
  // The exporter's modules are a tenth of all; most daemons export nothing.
  const [{ createTelemetry }, { TraceOrigins }, { TracedStore }, { tracedController }] =
    await Promise.all([
      import("./telemetry.ts"),
      import("./trace-origins.ts"),
      import("./traced-store.ts"),
      import("./traced-controller.ts"),
    ]);
  const telemetry = await createTelemetry({ endpoint: otlpEndpoint, samplingRatio, version });
  parts.add("telemetry", () => telemetry.close());
  const { tracer } = telemetry;
  const origins = new TraceOrigins(clock);
  return {
    tracer,
    store: (store) => new TracedStore(store, origins),
    controller: (controller) => tracedController(controller, { tracer, origins }),
  };
}

type TracingDeps = Pick<Assembly, "config" | "version" | "parts" | "clock">;
