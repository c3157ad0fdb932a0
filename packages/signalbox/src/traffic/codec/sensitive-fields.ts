import {
  type DescField,
  type DescMessage,
  getOption,
  type JsonObject,
  type JsonValue,
  type Registry,
  ScalarType,
} from "@bufbuild/protobuf";
import { fieldOf, isJsonObject, messageOf, typeNameOf } from "./json-field.ts";

/** What stands in the place of a secret, as in Envoy's own dumps. */
const REDACTED = "[redacted]";
const REDACTED_BYTES = Buffer.from(REDACTED).toString("base64");

/** The secret texts of protobuf JSON. */
export interface SensitiveFields {
  /** The JSON with every secret text blotted out. */
  redact(typeUrl: string, json: JsonObject): JsonObject;
  /** True when a secret was blotted out and sent back. */
  hasRedacted(typeUrl: string, json: JsonObject): boolean;
}

/** What a secret text is replaced by. */
type Replace = (text: string, isBytes: boolean) => string;

/**
 * Finds the fields that Envoy's schema marks as sensitive (private keys, passwords, tickets), at
 * any depth and within `Any`.
 */
export function createSensitiveFields(registry: Registry): SensitiveFields {
  const option = registry.getExtension("udpa.annotations.sensitive");
  const isMarked = (field: DescField): boolean =>
    option !== undefined && getOption(field, option) === true;

  const inMessage = (
    desc: DescMessage | undefined,
    json: JsonValue,
    isSecret: boolean,
    replace: Replace,
  ): JsonValue => {
    if (Array.isArray(json)) return json.map((item) => inMessage(desc, item, isSecret, replace));
    if (typeof json === "string") return isSecret ? replace(json, false) : json;
    if (!isJsonObject(json)) return json;
    const type = json["@type"];
    const own = typeof type === "string" ? registry.getMessage(typeNameOf(type)) : desc;
    return Object.fromEntries(
      Object.entries(json).map(([key, value]) => {
        if (key === "@type") return [key, value];
        const field = own && fieldOf(own, key);
        return [key, inField(field, value, isSecret, replace)];
      }),
    );
  };

  const inField = (
    field: DescField | undefined,
    value: JsonValue,
    isSecret: boolean,
    replace: Replace,
  ): JsonValue => {
    const secret = isSecret || (field !== undefined && isMarked(field));
    if (field?.fieldKind === "map" && isJsonObject(value)) {
      const items = Object.entries(value);
      return Object.fromEntries(
        items.map(([key, item]) => [key, inMessage(messageOf(field), item, secret, replace)]),
      );
    }
    const isBytes = field?.scalar === ScalarType.BYTES;
    const here: Replace = (text) => replace(text, isBytes);
    return inMessage(field && messageOf(field), value, secret, isBytes ? here : replace);
  };

  const map = (typeUrl: string, json: JsonObject, replace: Replace): JsonObject =>
    inMessage(registry.getMessage(typeNameOf(typeUrl)), json, false, replace) as JsonObject;

  return {
    redact: (typeUrl, json) =>
      map(typeUrl, json, (_, isBytes) => (isBytes ? REDACTED_BYTES : REDACTED)),
    hasRedacted: (typeUrl, json) => {
      let isFound = false;
      map(typeUrl, json, (text) => {
        isFound ||= text === REDACTED || text === REDACTED_BYTES;
        return text;
      });
      return isFound;
    },
  };
}
