import { FRAME_HEADER_BYTES } from "@signalbox/grpc";
import { fieldBytes, ProtobufWriter, textFieldBytes } from "../protobuf/protobuf-writer.ts";
import type { Resource } from "../resource/resource.ts";
import type { DeltaAnswer, SotwAnswer } from "./answer.ts";
import { resourceErrorBytes, writeResourceError } from "./resource-error-field.ts";
import {
  ANY_WRAPPER_TYPE,
  type WrapperContent,
  wrapperBytes,
  writeWrapper,
} from "./resource-wrapper.ts";

/** What an answer gets when it is sent. */
export interface AnswerHeader {
  /** Unique and increasing within the stream that it is written to. */
  readonly nonce: string;
  /** Who answers. Left out when undefined or empty. */
  readonly controlPlane?: string | undefined;
}

/** `DiscoveryResponse` (xds §1.2) as one gRPC frame, ready to be written to any number of streams. */
export function encodeSotw(answer: SotwAnswer, header: AnswerHeader): Buffer {
  const { resources, errors } = answer;
  let length = textFieldBytes(answer.versionInfo) + textFieldBytes(answer.typeUrl);
  length += textFieldBytes(header.nonce) + controlPlaneBytes(header);
  for (const resource of resources) length += sotwResourceBytes(answer, resource);
  for (const error of errors) length += fieldBytes(resourceErrorBytes(error));

  const writer = openFrame(length);
  writer.textField(1, answer.versionInfo);
  for (const resource of resources) writeSotwResource(writer, answer, resource);
  writer.textField(4, answer.typeUrl);
  writer.textField(5, header.nonce);
  writeControlPlane(writer, 6, header);
  for (const error of errors) writeResourceError(writer, 7, error);
  return writer.bytes;
}

/** `DeltaDiscoveryResponse` (xds §1.2) as one gRPC frame. */
export function encodeDelta(answer: DeltaAnswer, header: AnswerHeader): Buffer {
  const { resources, removed, errors } = answer;
  const wrappers = [...answer.heartbeats.map(heartbeat), ...answer.absentAliases.map(absent)];
  let length = textFieldBytes(answer.systemVersionInfo) + textFieldBytes(answer.typeUrl);
  length += textFieldBytes(header.nonce) + controlPlaneBytes(header);
  for (const { fragment } of resources) length += fragment.bytes.length;
  for (const wrapper of wrappers) length += fieldBytes(wrapperBytes(wrapper));
  for (const name of removed) length += fieldBytes(Buffer.byteLength(name));
  for (const error of errors) length += fieldBytes(resourceErrorBytes(error));

  const writer = openFrame(length);
  writer.textField(1, answer.systemVersionInfo);
  for (const { fragment } of resources) writer.raw(fragment.bytes);
  for (const wrapper of wrappers) {
    writer.head(2, wrapperBytes(wrapper));
    writeWrapper(writer, wrapper);
  }
  writer.textField(4, answer.typeUrl);
  writer.textField(5, header.nonce);
  for (const name of removed) writer.element(6, name);
  writeControlPlane(writer, 7, header);
  for (const error of errors) writeResourceError(writer, 9, error);
  return writer.bytes;
}

function openFrame(length: number): ProtobufWriter {
  const bytes = Buffer.allocUnsafe(FRAME_HEADER_BYTES + length);
  bytes[0] = 0;
  bytes.writeUInt32BE(length, 1);
  return new ProtobufWriter(bytes, FRAME_HEADER_BYTES);
}

function controlPlaneBytes({ controlPlane = "" }: AnswerHeader): number {
  return controlPlane === "" ? 0 : fieldBytes(textFieldBytes(controlPlane));
}

function writeControlPlane(
  writer: ProtobufWriter,
  field: number,
  { controlPlane = "" }: AnswerHeader,
): void {
  if (controlPlane === "") return;
  writer.head(field, textFieldBytes(controlPlane));
  writer.textField(1, controlPlane);
}

/** A heartbeat of an incremental answer names its version, but not its content (xds §2.8). */
function heartbeat({ name, version, ttlMs }: Resource): WrapperContent {
  return { name, version, ttlMs, aliases: [], any: undefined };
}

/** What was asked for on demand and does not exist is its own alias, without content (xds §2.5). */
function absent(alias: string): WrapperContent {
  return { name: alias, version: "", ttlMs: undefined, aliases: [alias], any: undefined };
}

const isWrapped = (answer: SotwAnswer, { ttlMs }: Resource): boolean =>
  answer.isWrapped && ttlMs !== undefined;

/**
 * A wrapped resource of the state of the world has no version of its own: Envoy takes that of the
 * answer (xds §2.8).
 */
function sotwWrapper(answer: SotwAnswer, resource: Resource): WrapperContent {
  const { name, ttlMs, aliases, fragment } = resource;
  const any = answer.heartbeats.has(name) ? undefined : fragment;
  return { name, version: "", ttlMs, aliases, any };
}

function sotwResourceBytes(answer: SotwAnswer, resource: Resource): number {
  const { anyStart, anyEnd } = resource.fragment;
  if (!isWrapped(answer, resource)) return anyEnd - anyStart;
  const length = wrapperBytes(sotwWrapper(answer, resource));
  return fieldBytes(textFieldBytes(ANY_WRAPPER_TYPE) + fieldBytes(length));
}

function writeSotwResource(writer: ProtobufWriter, answer: SotwAnswer, resource: Resource): void {
  const { bytes, anyStart, anyEnd } = resource.fragment;
  if (!isWrapped(answer, resource)) {
    writer.raw(bytes, anyStart, anyEnd);
    return;
  }
  const wrapper = sotwWrapper(answer, resource);
  const length = wrapperBytes(wrapper);
  writer.head(2, textFieldBytes(ANY_WRAPPER_TYPE) + fieldBytes(length));
  writer.textField(1, ANY_WRAPPER_TYPE);
  writer.head(2, length);
  writeWrapper(writer, wrapper);
}
