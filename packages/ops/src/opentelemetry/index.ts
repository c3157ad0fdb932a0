export { createOpenTelemetryObserver, type OpenTelemetryDeps } from "./open-telemetry-observer.ts";
