import type { Node } from "../../wire/node.ts";
import type { StreamRig } from "./stream-rig.ts";
import { DeltaTranscript, SotwTranscript } from "./transcript.ts";

/** A client of the state-of-the-world protocol, with what it is told. */
export const sotw = (rig: StreamRig, node: Partial<Node> = {}): SotwTranscript =>
  new SotwTranscript(rig, rig.sotw({ node }));

/** The same of the incremental protocol. */
export const delta = (rig: StreamRig, node: Partial<Node> = {}): DeltaTranscript =>
  new DeltaTranscript(rig, rig.delta({ node }));
