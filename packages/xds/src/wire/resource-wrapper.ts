import { fieldBytes, type ProtobufWriter, textFieldBytes } from "../protobuf/protobuf-writer.ts";
import { durationBytes, writeDuration } from "../resource/duration-field.ts";
import type { ResourceFragment } from "../resource/resource-fragment.ts";

/** What a `Resource` within an `Any` is called. */
export const ANY_WRAPPER_TYPE = "type.googleapis.com/envoy.service.discovery.v3.Resource";

/**
 * The message `Resource` (xds §1.2) in the forms that are rare, and so not kept encoded:
 * heartbeats, absences, and resources with a time to live within the state of the world.
 */
export interface WrapperContent {
  readonly name: string;
  readonly version: string;
  readonly ttlMs: number | undefined;
  readonly aliases: readonly string[];
  /** Whose `Any` is the content; undefined for none. */
  readonly any: ResourceFragment | undefined;
}

export function wrapperBytes({ name, version, ttlMs, aliases, any }: WrapperContent): number {
  let length = textFieldBytes(version) + textFieldBytes(name);
  if (any !== undefined) length += any.anyEnd - any.anyStart;
  for (const alias of aliases) length += fieldBytes(Buffer.byteLength(alias));
  return ttlMs === undefined ? length : length + fieldBytes(durationBytes(ttlMs));
}

export function writeWrapper(writer: ProtobufWriter, content: WrapperContent): void {
  const { name, version, ttlMs, aliases, any } = content;
  writer.textField(1, version);
  if (any !== undefined) writer.raw(any.bytes, any.anyStart, any.anyEnd);
  writer.textField(3, name);
  for (const alias of aliases) writer.element(4, alias);
  if (ttlMs === undefined) return;
  writer.head(6, durationBytes(ttlMs));
  writeDuration(writer, ttlMs);
}
