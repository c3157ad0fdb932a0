import type { Reader, Resource } from "@signalbox/store";
import { XDS_RESOURCE } from "../../../model/kinds.ts";
import { uuidV5 } from "../../../model/uuid.ts";
import type { XdsResource } from "../../../model/xds-resource.ts";
import type { ResourceKey } from "./content-edit.ts";

/** The id under which a resource is stored: type and name may be long, and of any characters. */
export function storedId(groupId: string, { typeUrl, name }: ResourceKey): string {
  return uuidV5(groupId, Buffer.from(`${typeUrl} ${name}`));
}

export function storedResource(
  reader: Reader,
  groupId: string,
  key: ResourceKey,
): Resource<XdsResource> | undefined {
  return reader.get(XDS_RESOURCE, storedId(groupId, key));
}

export function storedResources(reader: Reader, groupId: string): readonly XdsResource[] {
  const index = { name: "group", value: groupId };
  return reader.list(XDS_RESOURCE, { index }).items.map(({ value }) => value);
}

/** Bytes of a message that is kept in base64. */
export function messageBytes(message: string): number {
  return Buffer.byteLength(message, "base64");
}
