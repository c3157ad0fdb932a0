import {
  type DescMessage,
  fromJson,
  type JsonObject,
  type JsonValue,
  type MessageShape,
  type Registry,
  toBinary,
} from "@bufbuild/protobuf";
import { fail, ok, type Result } from "@signalbox/base";
import { DiscoveryRequestSchema } from "@signalbox/envoy-api/envoy/service/discovery/v3/discovery_pb.js";
import { decodeSotwRequest } from "../wire/decode-sotw-request.ts";
import type { SotwRequest } from "../wire/sotw-request.ts";

/** A body as a message. Fields that we don't know are passed over: clients are newer than we are. */
export function decodeJson<Desc extends DescMessage>(
  schema: Desc,
  body: Buffer,
  registry: Registry,
): Result<MessageShape<Desc>> {
  try {
    const json = withoutExtensions(JSON.parse(body.toString("utf8")) as JsonValue);
    return ok(fromJson(schema, json, { registry, ignoreUnknownFields: true }));
  } catch (error) {
    return fail(error instanceof Error ? error.message : "the body is not JSON");
  }
}

/** `DiscoveryRequest` as JSON, in the form that the other variants of the protocol have. */
export function decodeJsonRequest(
  body: Buffer,
  registry: Registry,
  typeUrl: string,
): Result<SotwRequest> {
  const message = decodeJson(DiscoveryRequestSchema, body, registry);
  if (!message.ok) return message;
  const request = decodeSotwRequest(toBinary(DiscoveryRequestSchema, message.value));
  return request.ok ? ok({ ...request.value, typeUrl }) : request;
}

/** An Envoy lists some fifty kilobytes of extensions with every poll, and nobody decides by them. */
function withoutExtensions(json: JsonValue): JsonValue {
  if (!isObject(json) || !isObject(json["node"])) return json;
  const { extensions: _, ...node } = json["node"];
  return { ...json, node };
}

function isObject(json: JsonValue | undefined): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
