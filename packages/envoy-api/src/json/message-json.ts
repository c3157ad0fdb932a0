import {
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonValue,
  type Registry,
  toJson,
} from "@bufbuild/protobuf";
import { encode } from "../encode.ts";
import { type JsonResult, resultOf } from "./json-result.ts";
import { sortJson } from "./sort-json.ts";

/** How strict the reading of JSON is. */
export interface ReadJsonOptions {
  /**
   * Passes over fields that the schema does not know, which a newer peer may send.
   *
   * @default false
   */
  readonly ignoreUnknownFields?: boolean;
}

/** How JSON is written. */
export interface WriteJsonOptions {
  /**
   * Names of fields as in the .proto files, `load_assignment`, instead of `loadAssignment`. Every
   * reader takes both.
   *
   * @default false
   */
  readonly useProtoFieldNames?: boolean;
}

/**
 * The bytes of a message that is given as protobuf JSON. Equal JSON gives equal bytes, whatever
 * the order of its keys, also inside of `Any`.
 *
 * @param typeName `envoy.config.cluster.v3.Cluster`
 */
export function bytesFromJson(
  registry: Registry,
  typeName: string,
  json: JsonValue,
  { ignoreUnknownFields = false }: ReadJsonOptions = {},
): JsonResult<Uint8Array<ArrayBuffer>> {
  return resultOf(() => {
    const schema = schemaOf(registry, typeName);
    // Sorted first: the parser packs each Any with its maps in the order of the keys that it meets.
    return encode(schema, fromJson(schema, sortJson(json), { registry, ignoreUnknownFields }));
  });
}

/** The protobuf JSON of an encoded message. Fields that the schema does not know are lost. */
export function jsonFromBytes(
  registry: Registry,
  typeName: string,
  bytes: Uint8Array,
  { useProtoFieldNames = false }: WriteJsonOptions = {},
): JsonResult<JsonValue> {
  return resultOf(() => {
    const schema = schemaOf(registry, typeName);
    const options = { registry, useProtoFieldName: useProtoFieldNames };
    return toJson(schema, fromBinary(schema, bytes), options);
  });
}

function schemaOf(registry: Registry, typeName: string): DescMessage {
  const schema = registry.getMessage(typeName);
  if (schema === undefined) throw new TypeError(`the type ${typeName} is not known`);
  return schema;
}
