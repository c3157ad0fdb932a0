import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { encode } from "./encode.ts";
import type { EncodedResource } from "./encoded-resource.ts";
import {
  type NamedResourceMessage,
  type ResourceMessage,
  resourceTypeOf,
  type UnnamedResourceMessage,
} from "./resource-types.ts";
import { TYPE_URL_PREFIX, typeUrls } from "./type-urls.ts";

/**
 * A message of one of the ten resource types, ready to be served. It takes its name from the
 * message, a `ClusterLoadAssignment` from `cluster_name`; an endpoint and a virtual host are given
 * one.
 *
 * @example
 * resource(create(ClusterSchema, { name: "backend" }));
 * resource(virtualHost, "routes/example.org");
 * @throws TypeError when there is no name, or the type is another: see {@link customResource}
 */
export function resource(message: NamedResourceMessage, name?: string): EncodedResource;
export function resource(message: UnnamedResourceMessage, name: string): EncodedResource;
export function resource(message: ResourceMessage, name?: string): EncodedResource {
  const type = resourceTypeOf(message);
  if (type === undefined) throw new TypeError(`${message.$typeName} is no resource type`);
  const { schema, nameField } = type;
  const own = nameField === undefined ? "" : (message as unknown as NameFields)[nameField];
  return customResource(schema, message, name ?? own ?? "");
}

type NameFields = Readonly<Record<string, string | undefined>>;

/**
 * A message of any other type, for custom resource types.
 *
 * @throws TypeError when the name is empty
 */
export function customResource<Desc extends DescMessage>(
  schema: Desc,
  message: MessageShape<Desc>,
  name: string,
): EncodedResource {
  if (name === "") throw new TypeError(`the resource of type ${schema.typeName} has no name`);
  return { name, typeUrl: TYPE_URL_PREFIX + schema.typeName, bytes: encode(schema, message) };
}

/**
 * A configuration of the rate limit service, from bytes: its messages belong to another project,
 * and are not among ours.
 *
 * @throws TypeError when the name is empty
 */
export function rateLimitConfig(name: string, bytes: Uint8Array<ArrayBuffer>): EncodedResource {
  if (name === "") throw new TypeError("the rate limit configuration has no name");
  return { name, typeUrl: typeUrls.rateLimitConfig, bytes };
}
