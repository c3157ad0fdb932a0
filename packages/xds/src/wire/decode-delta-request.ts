import { fail, ok, type Result } from "@signalbox/base";
import { ProtobufReader } from "../protobuf/protobuf-reader.ts";
import { decodeSender } from "./decode-sender.ts";
import type { DeltaRequest } from "./delta-request.ts";
import { MergedMessage } from "./merged-message.ts";

const NO_VERSIONS: ReadonlyMap<string, string> = new Map();

/** Decodes `envoy.service.discovery.v3.DeltaDiscoveryRequest`; what is wrong with it is a text. */
export function decodeDeltaRequest(bytes: Uint8Array): Result<DeltaRequest> {
  let typeUrl = "";
  let responseNonce = "";
  const subscribe: string[] = [];
  const unsubscribe: string[] = [];
  let initialVersions: Map<string, string> | undefined;
  const nodeBytes = new MergedMessage();
  const detailBytes = new MergedMessage();

  const reader = new ProtobufReader(bytes);
  while (reader.next()) {
    if (reader.isBytes(5)) readVersion(reader, (initialVersions ??= new Map()));
    else if (reader.isBytes(3)) subscribe.push(reader.string());
    else if (reader.isBytes(4)) unsubscribe.push(reader.string());
    else if (reader.isBytes(1)) nodeBytes.add(reader.view());
    else if (reader.isBytes(2)) typeUrl = reader.string();
    else if (reader.isBytes(6)) responseNonce = reader.string();
    else if (reader.isBytes(7)) detailBytes.add(reader.view());
    else reader.skip();
  }
  if (reader.fault !== undefined) return fail(reader.fault);

  const sender = decodeSender(nodeBytes, detailBytes);
  if (!sender.ok) return sender;
  return ok({
    ...sender.value,
    typeUrl,
    subscribe,
    unsubscribe,
    initialVersions: initialVersions ?? NO_VERSIONS,
    responseNonce,
  });
}

/** One entry of the map: a message with a key and a value, either of which may be left out. */
function readVersion(reader: ProtobufReader, versions: Map<string, string>): void {
  let name = "";
  let version = "";
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.isBytes(1)) name = reader.string();
    else if (reader.isBytes(2)) version = reader.string();
    else reader.skip();
  }
  reader.leave(outer);
  versions.set(name, version);
}
