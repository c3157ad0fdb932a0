import { create, type DescMessage, type MessageShape, toBinary } from "@bufbuild/protobuf";
import { type Any, AnySchema } from "@bufbuild/protobuf/wkt";
import { withSortedMaps } from "./sorted-maps.ts";
import { TYPE_URL_PREFIX } from "./type-urls.ts";

/**
 * The message as bytes, the same ones for equal messages: a version that is derived from them does
 * not change by chance.
 */
export function encode<Desc extends DescMessage>(
  schema: Desc,
  message: MessageShape<Desc>,
): Uint8Array<ArrayBuffer> {
  return toBinary(schema, withSortedMaps(schema, message));
}

/**
 * The message in an `Any`, encoded by {@link encode}. Use it instead of protobuf-es' `anyPack`,
 * whose bytes follow the order in which the keys of maps were set.
 *
 * @example
 * const filter = { name: "router", configType: { case: "typedConfig", value: packAny(RouterSchema, router) } };
 */
export function packAny<Desc extends DescMessage>(schema: Desc, message: MessageShape<Desc>): Any {
  return create(AnySchema, {
    typeUrl: TYPE_URL_PREFIX + schema.typeName,
    value: encode(schema, message),
  });
}
