import type { VersionResponse } from "#gen/machine/system_pb.js";
import type { JsAnswer } from "./js-node-client.ts";

/** `NAME TAG` of each reply, `NAME CODE: ERROR` of a failure; the call's own failure alone. */
export function toldVersions({
  error,
  reply,
}: JsAnswer<VersionResponse>): readonly string[] | string {
  if (error !== undefined) return `${error.code} ${error.details}`;
  return (reply?.messages ?? []).map(({ metadata, version: info }) => {
    const { hostname, error: text, status } = metadata ?? {};
    if (status !== undefined) return `${hostname} ${status.code}: ${text}`;
    return `${hostname} ${info?.tag}`;
  });
}
