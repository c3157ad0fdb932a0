export { createRestHandler, type RestHandler } from "./rest-handler.ts";
export type { RestLimits, RestOptions } from "./rest-options.ts";
