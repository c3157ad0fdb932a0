import { fail, ok, type Result } from "@signalbox/base";
import { ProtobufReader } from "../protobuf/protobuf-reader.ts";
import type { Node } from "./node.ts";

type Draft = { -readonly [K in keyof Node]: Node[K] };

/** The client of a stream that never said who it is. */
export const UNKNOWN_NODE: Node = Object.freeze(emptyNode(new Uint8Array()));

const EXTENSIONS = 9;

/**
 * Without its extensions an Envoy's node has some kilobytes, most of them metadata. It is kept for
 * as long as its stream, and a client may have many of those.
 */
const MAX_KEPT_BYTES = 256 * 1024;

/** Characters of an id: it is in many lines of the log. */
const MAX_ID_LENGTH = 4096;

/**
 * Decodes `envoy.config.core.v3.Node` as far as the server decides by it.
 *
 * @param bytes kept, unless the node lists extensions: pass a copy where their buffer is large
 */
export function decodeNode(bytes: Uint8Array): Result<Node> {
  const node = emptyNode(bytes);
  const features = new Set<string>();
  const reader = new ProtobufReader(bytes);
  let hasExtensions = false;
  while (reader.next()) {
    if (reader.isBytes(1)) node.id = reader.string();
    else if (reader.isBytes(2)) node.cluster = reader.string();
    else if (reader.isBytes(4)) node.locality = readLocality(reader, node.locality);
    else if (reader.isBytes(6)) node.userAgentName = reader.string();
    else if (reader.isBytes(7)) node.userAgentVersion = reader.string();
    else if (reader.isBytes(8)) node.userAgentVersion = readBuildVersion(reader);
    else if (reader.isBytes(10)) features.add(reader.string());
    else {
      hasExtensions ||= reader.field === EXTENSIONS;
      reader.skip();
    }
  }
  if (reader.fault !== undefined) return fail(`node: ${reader.fault}`);
  if (node.id.length > MAX_ID_LENGTH) {
    return fail(`node: an id longer than ${MAX_ID_LENGTH} characters`);
  }
  node.clientFeatures = features;
  if (hasExtensions) node.bytes = withoutExtensions(bytes);
  if (node.bytes.length <= MAX_KEPT_BYTES) return ok(node);
  return fail(`node: longer than ${MAX_KEPT_BYTES} bytes`);
}

/** A copy of a message that was found sound, without one field. */
function withoutExtensions(bytes: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = [];
  const reader = new ProtobufReader(bytes);
  while (reader.next()) {
    const { field } = reader;
    reader.skip();
    if (field !== EXTENSIONS) kept.push(reader.wholeField());
  }
  return new Uint8Array(Buffer.concat(kept));
}

function emptyNode(bytes: Uint8Array): Draft {
  return {
    id: "",
    cluster: "",
    locality: { region: "", zone: "", subZone: "" },
    userAgentName: "",
    userAgentVersion: "",
    clientFeatures: new Set(),
    bytes,
  };
}

/** A locality that is there twice is merged, as every message is. */
function readLocality(reader: ProtobufReader, before: Node["locality"]): Node["locality"] {
  let { region, zone, subZone } = before;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.isBytes(1)) region = reader.string();
    else if (reader.isBytes(2)) zone = reader.string();
    else if (reader.isBytes(3)) subZone = reader.string();
    else reader.skip();
  }
  reader.leave(outer);
  return { region, zone, subZone };
}

/** `BuildVersion`: a `SemanticVersion`, and metadata that nobody needs here. */
function readBuildVersion(reader: ProtobufReader): string {
  let version = "";
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.isBytes(1)) version = readSemanticVersion(reader);
    else reader.skip();
  }
  reader.leave(outer);
  return version;
}

function readSemanticVersion(reader: ProtobufReader): string {
  let [major, minor, patch] = [0, 0, 0];
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.isVarint(1)) major = reader.uint32();
    else if (reader.isVarint(2)) minor = reader.uint32();
    else if (reader.isVarint(3)) patch = reader.uint32();
    else reader.skip();
  }
  reader.leave(outer);
  return `${major}.${minor}.${patch}`;
}
