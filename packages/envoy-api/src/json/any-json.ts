import {
  create,
  fromBinary,
  fromJson,
  type JsonObject,
  type JsonValue,
  type Registry,
  toJson,
} from "@bufbuild/protobuf";
import { type Any, AnySchema } from "@bufbuild/protobuf/wkt";
import type { EncodedResource } from "../encoded-resource.ts";
import { ownName } from "../resource-names.ts";
import { resultOf, type JsonResult } from "./json-result.ts";
import type { ReadJsonOptions, WriteJsonOptions } from "./message-json.ts";
import { sortJson } from "./sort-json.ts";

/** An `Any`: a type URL and the bytes of the message. */
export type AnyBytes = Omit<EncodedResource, "name">;

/**
 * The message behind JSON of the form `{"@type": "type.googleapis.com/...", ...}`, and its name if
 * it is a resource that says its own. Equal JSON gives equal bytes, as in `bytesFromJson`.
 */
export function anyFromJson(
  registry: Registry,
  json: JsonValue,
  { ignoreUnknownFields = false }: ReadJsonOptions = {},
): JsonResult<AnyBytes & { readonly name: string | undefined }> {
  return resultOf(() => {
    const any = fromJson(AnySchema, sortJson(json), { registry, ignoreUnknownFields });
    if (any.typeUrl === "") throw new TypeError('the resource has no "@type"');
    return { name: nameIn(registry, any), typeUrl: any.typeUrl, bytes: new Uint8Array(any.value) };
  });
}

/** The protobuf JSON of an `Any`. Fields that the schema does not know are lost. */
export function anyToJson(
  registry: Registry,
  { typeUrl, bytes }: { readonly typeUrl: string; readonly bytes: Uint8Array },
  { useProtoFieldNames = false }: WriteJsonOptions = {},
): JsonResult<JsonObject> {
  return resultOf(() => {
    const any = create(AnySchema, { typeUrl, value: bytes });
    const options = { registry, useProtoFieldName: useProtoFieldNames };
    return toJson(AnySchema, any, options) as JsonObject;
  });
}

function nameIn(registry: Registry, { typeUrl, value }: Any): string | undefined {
  const schema = registry.getMessage(typeUrl.slice(typeUrl.lastIndexOf("/") + 1));
  return schema === undefined ? undefined : ownName({ ...fromBinary(schema, value) });
}
