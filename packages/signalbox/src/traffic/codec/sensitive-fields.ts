import {
  type DescExtension,
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

/** What a secret text is replaced by. */
type Replace = (text: string, isBytes: boolean) => string;

/**
 * The secret texts of protobuf JSON: the fields that Envoy's schema marks as sensitive (private
 * keys, passwords, tickets), at any depth and within `Any`.
 */
export class SensitiveFields {
  readonly #registry: Registry;
  readonly #option: DescExtension | undefined;

  constructor(registry: Registry) {
    this.#registry = registry;
    this.#option = registry.getExtension("udpa.annotations.sensitive");
  }

  /** The JSON with every secret text blotted out. */
  redact(typeUrl: string, json: JsonObject): JsonObject {
    return this.#map(typeUrl, json, (_, isBytes) => (isBytes ? REDACTED_BYTES : REDACTED));
  }

  /** True when a secret was blotted out and sent back. */
  hasRedacted(typeUrl: string, json: JsonObject): boolean {
    let isFound = false;
    this.#map(typeUrl, json, (text) => {
      isFound ||= text === REDACTED || text === REDACTED_BYTES;
      return text;
    });
    return isFound;
  }

  #map(typeUrl: string, json: JsonObject, replace: Replace): JsonObject {
    const desc = this.#registry.getMessage(typeNameOf(typeUrl));
    return this.#mapMessage(desc, json, false, replace) as JsonObject;
  }

  #mapMessage(
    desc: DescMessage | undefined,
    json: JsonValue,
    isSecret: boolean,
    replace: Replace,
  ): JsonValue {
    if (Array.isArray(json)) {
      return json.map((item) => this.#mapMessage(desc, item, isSecret, replace));
    }
    if (typeof json === "string") return isSecret ? replace(json, false) : json;
    if (!isJsonObject(json)) return json;
    const type = json["@type"];
    const own = typeof type === "string" ? this.#registry.getMessage(typeNameOf(type)) : desc;
    return mapValues(json, (value, key) =>
      key === "@type" ? value : this.#mapField(own && fieldOf(own, key), value, isSecret, replace),
    );
  }

  #mapField(
    field: DescField | undefined,
    value: JsonValue,
    isWithinSecret: boolean,
    replace: Replace,
  ): JsonValue {
    const isSecret = isWithinSecret || (field !== undefined && this.#isMarked(field));
    const desc = field && messageOf(field);
    if (field?.fieldKind === "map" && isJsonObject(value)) {
      return mapValues(value, (item) => this.#mapMessage(desc, item, isSecret, replace));
    }
    const isBytes = field?.scalar === ScalarType.BYTES;
    const ofBytes: Replace = (text) => replace(text, true);
    return this.#mapMessage(desc, value, isSecret, isBytes ? ofBytes : replace);
  }

  #isMarked(field: DescField): boolean {
    return this.#option !== undefined && getOption(field, this.#option) === true;
  }
}

function mapValues(
  json: JsonObject,
  change: (value: JsonValue, key: string) => JsonValue,
): JsonObject {
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, change(value, key)]));
}
