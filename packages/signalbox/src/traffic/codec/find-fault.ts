import {
  type DescField,
  type DescMessage,
  fromJson,
  type JsonObject,
  type JsonValue,
  type Registry,
} from "@bufbuild/protobuf";
import type { FieldFault } from "@signalbox/base";
import {
  fieldOf,
  isJsonObject,
  isWellKnown,
  messageOf,
  typeNameOf,
  withoutType,
} from "./json-field.ts";

const ANY = "google.protobuf.Any";

/**
 * Where JSON that does not decode is wrong: the parser of protobuf names a field, not its place.
 * Each member is decoded alone, and the first that fails is looked into.
 *
 * @param pointer JSON pointer of `json` itself
 */
export function findFault(
  registry: Registry,
  desc: DescMessage,
  json: JsonValue,
  pointer: string,
): FieldFault | undefined {
  const detail = refusal(registry, desc, json);
  if (detail === undefined) return undefined;
  if (!isJsonObject(json)) return { pointer, detail };
  if (desc.typeName === ANY) return faultInAny(registry, json, pointer, detail);
  if (isWellKnown(desc)) return { pointer, detail };
  for (const [key, value] of Object.entries(json)) {
    const fault = faultInMember(registry, desc, key, value, `${pointer}/${escaped(key)}`);
    if (fault !== undefined) return fault;
  }
  // Each member is well formed; together they are not, as two members of one choice.
  return { pointer, detail };
}

function faultInAny(
  registry: Registry,
  json: JsonObject,
  pointer: string,
  detail: string,
): FieldFault {
  const type = json["@type"];
  if (typeof type !== "string")
    return { pointer: `${pointer}/@type`, detail: "must be a type URL" };
  const desc = registry.getMessage(typeNameOf(type));
  if (desc === undefined) return { pointer: `${pointer}/@type`, detail: `${type} is not known` };
  if (isWellKnown(desc)) {
    return (
      findFault(registry, desc, json["value"] ?? null, `${pointer}/value`) ?? { pointer, detail }
    );
  }
  return findFault(registry, desc, withoutType(json), pointer) ?? { pointer, detail };
}

function faultInMember(
  registry: Registry,
  desc: DescMessage,
  key: string,
  value: JsonValue,
  pointer: string,
): FieldFault | undefined {
  const field = fieldOf(desc, key);
  if (field === undefined) return { pointer, detail: `${desc.typeName} has no such field` };
  const detail = refusal(registry, desc, Object.fromEntries([[key, value]]));
  if (detail === undefined) return undefined;
  return faultInField(registry, field, value, pointer) ?? { pointer, detail };
}

function faultInField(
  registry: Registry,
  field: DescField,
  value: JsonValue,
  pointer: string,
): FieldFault | undefined {
  const message = messageOf(field);
  if (message === undefined) return undefined;
  for (const [place, item] of itemsOf(field, value)) {
    const fault = findFault(registry, message, item, `${pointer}${place}`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function itemsOf(field: DescField, value: JsonValue): readonly (readonly [string, JsonValue])[] {
  if (field.fieldKind === "list") {
    return Array.isArray(value) ? value.map((item, index) => [`/${index}`, item] as const) : [];
  }
  if (field.fieldKind === "map") {
    if (!isJsonObject(value)) return [];
    return Object.entries(value).map(([key, item]) => [`/${escaped(key)}`, item] as const);
  }
  return [["", value]];
}

/** Why the JSON is no such message; undefined when it is one. */
function refusal(registry: Registry, desc: DescMessage, json: JsonValue): string | undefined {
  try {
    fromJson(desc, json, { registry });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** RFC 6901. */
function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
