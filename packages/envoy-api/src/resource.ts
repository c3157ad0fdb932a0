import type { DescMessage, Message, MessageShape } from "@bufbuild/protobuf";
import type { LbEndpoint } from "#gen/envoy/config/endpoint/v3/endpoint_components_pb.js";
import { encode } from "./encode.ts";
import type { EncodedResource } from "./encoded-resource.ts";
import { ownName } from "./resource-names.ts";
import {
  type NamedResourceMessage,
  type ResourceMessage,
  resourceSchemas,
} from "./resource-types.ts";
import { TYPE_URL_PREFIX, typeUrls } from "./type-urls.ts";

/**
 * A message of one of the ten resource types, ready to be served. It takes its name from the
 * message, a `ClusterLoadAssignment` from `cluster_name`; an endpoint is given one.
 *
 * A virtual host (VHDS) is to be named `route configuration/host` (xds §1.3), in the message too:
 * by that name Envoy finds it when it is removed.
 *
 * @example
 * resource(create(ClusterSchema, { name: "backend" }));
 * resource(create(VirtualHostSchema, { name: "routes/example.org", domains: ["example.org"] }));
 * resource(endpoint, "xdstp://control/envoy.config.endpoint.v3.LbEndpoint/backend/1");
 * @throws TypeError when there is no name, or the type is another: see {@link customResource}
 */
export function resource(message: NamedResourceMessage, name?: string): EncodedResource;
export function resource(message: LbEndpoint, name: string): EncodedResource;
export function resource(message: ResourceMessage, name?: string): EncodedResource {
  const schema = resourceSchemas.get(message.$typeName);
  if (schema === undefined) throw new TypeError(`${message.$typeName} is no resource type`);
  return customResource(schema, message, name ?? ownName({ ...message }) ?? "");
}

/**
 * A message of any other type, for custom resource types.
 *
 * @throws TypeError when the name is empty
 */
export function customResource<Desc extends DescMessage>(
  schema: Desc,
  message: MessageShape<Desc> & Message,
  name: string,
): EncodedResource {
  const typeUrl = TYPE_URL_PREFIX + schema.typeName;
  return { name: checkedName(typeUrl, name), typeUrl, bytes: encode(schema, message) };
}

/**
 * A configuration of the rate limit service, from bytes: its messages belong to another project,
 * and are not among ours.
 *
 * @throws TypeError when the name is empty
 */
export function rateLimitConfig(name: string, bytes: Uint8Array<ArrayBuffer>): EncodedResource {
  const typeUrl = typeUrls.rateLimitConfig;
  return { name: checkedName(typeUrl, name), typeUrl, bytes };
}

function checkedName(typeUrl: string, name: string): string {
  if (name === "") throw new TypeError(`a resource of type ${typeUrl} needs a name`);
  return name;
}
