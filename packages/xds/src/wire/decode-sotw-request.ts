import { fail, ok, type Result } from "@signalbox/base";
import { ProtobufReader } from "../protobuf/protobuf-reader.ts";
import { decodeSender } from "./decode-sender.ts";
import { MergedMessage } from "./merged-message.ts";
import type { SotwRequest } from "./sotw-request.ts";

/** Decodes `envoy.service.discovery.v3.DiscoveryRequest`; whatever is wrong with it is a text. */
export function decodeSotwRequest(bytes: Uint8Array): Result<SotwRequest> {
  let versionInfo = "";
  let typeUrl = "";
  let responseNonce = "";
  const resourceNames: string[] = [];
  const nodeBytes = new MergedMessage();
  const detailBytes = new MergedMessage();

  const reader = new ProtobufReader(bytes);
  while (reader.next()) {
    if (reader.isBytes(3)) resourceNames.push(reader.string());
    else if (reader.isBytes(1)) versionInfo = reader.string();
    else if (reader.isBytes(2)) nodeBytes.add(reader.view());
    else if (reader.isBytes(4)) typeUrl = reader.string();
    else if (reader.isBytes(5)) responseNonce = reader.string();
    else if (reader.isBytes(6)) detailBytes.add(reader.view());
    else reader.skip();
  }
  if (reader.fault !== undefined) return fail(reader.fault);

  const sender = decodeSender(nodeBytes, detailBytes);
  if (!sender.ok) return sender;
  return ok({
    ...sender.value,
    typeUrl,
    versionInfo,
    resourceNames,
    responseNonce,
  });
}
