export { type AnyBytes, anyFromJson, anyToJson } from "./any-json.ts";
export { loadRegistry, registryFromDescriptors } from "./load-registry.ts";
export {
  bytesFromJson,
  jsonFromBytes,
  type ReadJsonOptions,
  type WriteJsonOptions,
} from "./message-json.ts";
export type { JsonResult } from "./json-result.ts";
