import { Resource } from "@signalbox/xds/resource";
import type { XdsResource } from "../model/xds-resource.ts";

/** What is served of a stored resource. */
export function servedResource({ typeUrl, name, message }: XdsResource): Resource {
  return new Resource({ typeUrl, name, bytes: Buffer.from(message, "base64") });
}
