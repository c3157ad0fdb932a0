export { activeSpanExemplar } from "./active-span-exemplar.ts";
export { createOpenTelemetryObserver, type OpenTelemetryDeps } from "./open-telemetry-observer.ts";
