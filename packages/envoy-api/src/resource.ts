import type { DescMessage, Message, MessageShape } from "@bufbuild/protobuf";
import { encode } from "./encode.ts";
import type { EncodedResource } from "./encoded-resource.ts";
import { ownName } from "./resource-names.ts";
import {
  type NamedResourceMessage,
  type ResourceMessage,
  resourceSchemas,
  type UnnamedResourceMessage,
} from "./resource-types.ts";
import { TYPE_URL_PREFIX, typeUrls } from "./type-urls.ts";

/**
 * A message of one of the ten resource types, ready to be served. It takes its name from the
 * message, a `ClusterLoadAssignment` from `cluster_name`; an endpoint and a virtual host are given
 * one, the virtual host's being `route configuration/host`.
 *
 * @example
 * resource(create(ClusterSchema, { name: "backend" }));
 * resource(virtualHost, "routes/example.org");
 * @throws TypeError when there is no name, or the type is another: see {@link customResource}
 */
export function resource(message: NamedResourceMessage, name?: string): EncodedResource;
export function resource(message: UnnamedResourceMessage, name: string): EncodedResource;
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
