import type { JsonObject } from "@bufbuild/protobuf";
import type { Resource } from "@signalbox/store";
import type { Static } from "typebox";
import type { XdsResource } from "../../../model/xds-resource.ts";
import type { ResourceCodec } from "../../../traffic/codec/resource-codec.ts";
import type { PROTOBUF_JSON, XDS_RESOURCE_READ } from "../schemas/resource-schema.ts";
import { typeLabel } from "../shared/resource-type.ts";

type Message = Static<typeof PROTOBUF_JSON>;

/** A stored resource as the API shows it, with its message where a codec is given. */
export function resourceReadModel(codec: ResourceCodec | undefined) {
  return ({ value }: Resource<XdsResource>): Static<typeof XDS_RESOURCE_READ> => {
    const { typeUrl, name, version, message, modifiedAt, modifiedBy } = value;
    const bytes = Buffer.from(message, "base64");
    return {
      type: typeLabel(typeUrl),
      typeUrl,
      name,
      version,
      modifiedTime: modifiedAt,
      modifiedBy,
      ...(codec === undefined ? {} : { resource: asMessage(codec.show({ typeUrl, bytes })) }),
    };
  };
}

/** The codec always says the type. */
function asMessage(json: JsonObject): Message {
  return json as unknown as Message;
}
