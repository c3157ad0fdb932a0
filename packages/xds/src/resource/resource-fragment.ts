import { hash } from "node:crypto";
import { fieldBytes, ProtobufWriter, textFieldBytes } from "../protobuf/protobuf-writer.ts";
import { durationBytes, writeDuration } from "./duration-field.ts";

/** What goes into a fragment. */
export interface FragmentContent {
  readonly name: string;
  readonly typeUrl: string;
  readonly bytes: Uint8Array;
  readonly ttlMs: number | undefined;
  readonly aliases: readonly string[];
}

/**
 * A resource as it stands in answers, encoded once. In both variants of the protocol resources
 * are field 2, and so is the `Any` within the wrapper `Resource` of the incremental one: the
 * state-of-the-world form lies inside the incremental form, and one buffer serves both.
 *
 * ```text
 * 12 len ( 0a 10 version | 12 len ( 0a len typeUrl | 12 len value ) | 1a len name | 22 … | 32 … )
 *                          ^ anyStart                      ^ valueStart ^ anyEnd
 * ```
 */
export interface ResourceFragment {
  readonly bytes: Buffer;
  readonly anyStart: number;
  readonly valueStart: number;
  readonly anyEnd: number;
  readonly version: string;
}

/** 96 bits: collisions are out of reach, and a reconnecting client repeats one for each name. */
const HASH_BYTES = 12;
const VERSION_CHARS = 16;

/** Encodes the resource, and derives its version from all that is in it. */
export function encodeFragment(content: FragmentContent): ResourceFragment {
  const { name, typeUrl, bytes, ttlMs, aliases } = content;
  const valueBytes = bytes.length === 0 ? 0 : fieldBytes(bytes.length);
  const anyBytes = textFieldBytes(typeUrl) + valueBytes;
  const ttlBytes = ttlMs === undefined ? 0 : fieldBytes(durationBytes(ttlMs));
  let length = fieldBytes(VERSION_CHARS) + fieldBytes(anyBytes) + textFieldBytes(name) + ttlBytes;
  for (const alias of aliases) length += fieldBytes(Buffer.byteLength(alias));

  // Not from the pool: a resource lives long, and would keep a whole slab of it alive.
  const writer = new ProtobufWriter(Buffer.allocUnsafeSlow(fieldBytes(length)));
  writer.head(2, length);
  writer.head(1, VERSION_CHARS);
  const versionStart = writer.position;
  writer.position += VERSION_CHARS;
  const anyStart = writer.position;
  writer.head(2, anyBytes);
  writer.textField(1, typeUrl);
  if (valueBytes > 0) writer.head(2, bytes.length);
  const valueStart = writer.position;
  writer.raw(bytes);
  const anyEnd = writer.position;
  writer.textField(3, name);
  for (const alias of aliases) writer.element(4, alias);
  if (ttlMs !== undefined) {
    writer.head(6, durationBytes(ttlMs));
    writeDuration(writer, ttlMs);
  }

  const digest = hash("sha256", writer.bytes.subarray(anyStart), "buffer");
  const version = digest.toString("base64url", 0, HASH_BYTES);
  writer.bytes.write(version, versionStart, "latin1");
  return { bytes: writer.bytes, anyStart, valueStart, anyEnd, version };
}
