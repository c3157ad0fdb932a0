import { loadRegistry } from "@signalbox/envoy-api/json";

/** Every message of Envoy, loaded once for each process: it takes a tenth of a second. */
export const registry = await loadRegistry();
