import type { JsonObject } from "@bufbuild/protobuf";
import { Problem } from "@signalbox/base";
import { Resource, TYPE_URLS } from "@signalbox/xds/resource";
import type { ResourceCodec } from "../../../traffic/codec/resource-codec.ts";
import { unprocessable } from "../../shared/invalid.ts";
import { isNamedByWriter, parseResourceType } from "../shared/resource-type.ts";
import type { NewResource } from "./content-edit.ts";

/** Longest name of a resource, in characters. */
const MAX_NAME = 1_024;

/**
 * Reads protobuf JSON as a resource to be stored.
 *
 * @param name what the request calls it; needed where the message does not say its name
 * @param pointer JSON pointer of `json` in the request's body
 * @throws Problem `unprocessable` with a pointer to what is wrong
 */
export function readMessage(
  codec: ResourceCodec,
  json: JsonObject,
  name: string | undefined,
  pointer: string,
): NewResource {
  const decoded = codec.decode(json);
  if (!decoded.ok) {
    const { pointer: place, detail } = decoded.error;
    throw unprocessable(detail, `${pointer}${place}`);
  }
  const { typeUrl, bytes } = decoded.value;
  if (!parseResourceType(typeUrl).ok) {
    throw unprocessable(`${typeUrl} is not served over xDS here`, `${pointer}/@type`);
  }
  const chosen = nameOf(typeUrl, decoded.value.name, name, `${pointer}/${nameField(typeUrl)}`);
  const { version } = newResource(chosen, typeUrl, bytes, pointer);
  return { typeUrl, name: chosen, version, message: Buffer.from(bytes).toString("base64") };
}

function nameOf(
  typeUrl: string,
  own: string | undefined,
  given: string | undefined,
  pointer: string,
): string {
  if (isNamedByWriter(typeUrl)) {
    if (given !== undefined) return given;
    throw unprocessable(
      "messages of this type do not say their name; give it beside them",
      pointer,
    );
  }
  if (own === undefined) throw unprocessable("the resource needs a name", pointer);
  if (own.length > MAX_NAME)
    throw unprocessable(`a name has at most ${MAX_NAME} characters`, pointer);
  if (given === undefined || given === own) return own;
  throw unprocessable(`the resource is named ${own}, the request says ${given}`, pointer);
}

const nameField = (typeUrl: string): string =>
  typeUrl === TYPE_URLS.endpoint ? "cluster_name" : "name";

function newResource(name: string, typeUrl: string, bytes: Uint8Array, pointer: string): Resource {
  try {
    return new Resource({ name, typeUrl, bytes });
  } catch (error) {
    if (Problem.is(error, "invalid_request")) throw unprocessable(error.message, pointer);
    throw error;
  }
}
