// Resources and the table of their types, for programs that only write them: no server, no messages.
export { Resource, type ResourceOptions } from "./resource.ts";
export {
  RESOURCE_TYPES,
  type ResourceType,
  type ResourceTypeName,
  resourceTypeOf,
  TYPE_URLS,
} from "./resource-types.ts";
