import { context, propagation, type Tracer } from "@opentelemetry/api";

export interface TelemetryOptions {
  /** URL of a collector's HTTP traces endpoint. */
  readonly endpoint: string;
  /** Share of traces without a sampled parent that are kept, 0 to 1. */
  readonly samplingRatio: number;
  readonly version: string;
}

export interface Telemetry {
  readonly tracer: Tracer;
  /** Sends what is waiting, then lets go. */
  close(): Promise<void>;
}

/**
 * Exports traces over OTLP. The SDK is loaded here and not before, so that a daemon without
 * telemetry pays nothing for it. OpenTelemetry keeps context and propagation in globals of its
 * own; they are set here and cleared by `close`.
 */
export async function createTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const [sdk, { OTLPTraceExporter }, { resourceFromAttributes }, core, hooks] = await Promise.all([
    import("@opentelemetry/sdk-trace"),
    import("@opentelemetry/exporter-trace-otlp-http"),
    import("@opentelemetry/resources"),
    import("@opentelemetry/core"),
    import("@opentelemetry/context-async-hooks"),
  ]);
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({
      "service.name": "signalbox",
      "service.version": options.version,
    }),
    sampler: new sdk.ParentBasedSampler({
      root: new sdk.TraceIdRatioBasedSampler(options.samplingRatio),
    }),
    spanProcessors: [
      new sdk.BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: options.endpoint }) }),
    ],
  });
  context.setGlobalContextManager(new hooks.AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new core.W3CTraceContextPropagator());
  return {
    tracer: provider.getTracer("signalbox", options.version),
    close: async () => {
      await provider.shutdown();
      context.disable();
      propagation.disable();
    },
  };
}
