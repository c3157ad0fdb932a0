import type { DescField, DescMessage, JsonObject, JsonValue } from "@bufbuild/protobuf";

/** The field that a key of protobuf JSON names, in either spelling. */
export function fieldOf(desc: DescMessage, key: string): DescField | undefined {
  return desc.fields.find(({ name, jsonName }) => name === key || jsonName === key);
}

/** The message that a field, its items or its values are of; undefined for scalars and enums. */
export function messageOf(field: DescField): DescMessage | undefined {
  return field.message;
}

/** Messages whose JSON is not an object of their fields: durations, wrappers, structs. */
export function isWellKnown({ typeName }: DescMessage): boolean {
  return typeName.startsWith("google.protobuf.");
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The name of the message that a type URL stands for. */
export function typeNameOf(typeUrl: string): string {
  return typeUrl.slice(typeUrl.lastIndexOf("/") + 1);
}

/** The members of an `Any` in JSON besides its type. */
export function withoutType(json: JsonObject): JsonObject {
  const { "@type": _type, ...rest } = json;
  return rest;
}
