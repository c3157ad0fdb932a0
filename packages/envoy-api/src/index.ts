export { encode, packAny } from "./encode.ts";
export type { EncodedResource } from "./encoded-resource.ts";
export { customResource, rateLimitConfig, resource } from "./resource.ts";
export type {
  NamedResourceMessage,
  ResourceMessage,
} from "./resource-types.ts";
export { TYPE_URL_PREFIX, typeUrls } from "./type-urls.ts";
export { type ResourceError, resourceErrorsOf, withResourceErrors } from "./resource-errors.ts";
