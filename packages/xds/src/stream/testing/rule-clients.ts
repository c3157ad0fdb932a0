import type { Resource } from "../../resource/resource.ts";
import { type ResourceTypeName, TYPE_URLS } from "../../resource/resource-types.ts";
import type { Node } from "../../wire/node.ts";
import { testResource } from "./answers.ts";
import type { StreamRig } from "./stream-rig.ts";
import { DeltaTranscript, SotwTranscript } from "./transcript.ts";

/** A resource of a type, by its short name. */
export function of(type: ResourceTypeName, name: string, content = "1", ttlMs?: number): Resource {
  return testResource(TYPE_URLS[type], name, content, ttlMs === undefined ? {} : { ttlMs });
}

/** A client of the state-of-the-world protocol, with what it is told. */
export const sotw = (rig: StreamRig, node: Partial<Node> = {}): SotwTranscript =>
  new SotwTranscript(rig, rig.sotw({ node }));

/** The same of the incremental protocol. */
export const delta = (rig: StreamRig, node: Partial<Node> = {}): DeltaTranscript =>
  new DeltaTranscript(rig, rig.delta({ node }));
