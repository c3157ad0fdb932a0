import { CACHEABLE } from "../regions/catalogue-operation.ts";
import { PROTECTED_RESOURCE, SERVICE_VERSION } from "../schemas/region-schema.ts";
import { answers } from "../../shared/answers.ts";
import { regionOperation } from "../shared/region-operation.ts";

export const getVersion = regionOperation({
  id: "getVersion",
  method: "GET",
  path: "/api/version",
  summary: "Read the service's name and version",
  tag: "service",
  permission: "authenticated",
  responses: answers(200, "Name and version.", SERVICE_VERSION),
  handler: (_request, { about: { name, version } }) => ({ status: 200, body: { name, version } }),
});

/** RFC 9728; where a 401 sends its caller (compute-api §1.16). */
export const getProtectedResource = regionOperation({
  id: "getProtectedResource",
  method: "GET",
  path: "/.well-known/openid-protected-resource",
  summary: "Read who issues tokens for this service",
  tag: "service",
  permission: "open",
  responses: answers(200, "The resource's metadata.", PROTECTED_RESOURCE),
  cacheControl: CACHEABLE,
  handler: ({ origin }, { about }) => ({
    status: 200,
    body: {
      resource: origin,
      authorization_servers: about.authorizationServers,
      scopes_supported: ["openid", "email", "profile"],
      bearer_methods_supported: ["header"],
    },
  }),
});
