import { isDeepStrictEqual } from "node:util";
import { type ControllerInput, defineInput } from "@signalbox/controller";
import type { Kind } from "@signalbox/store";
import type { Described } from "../model/metadata.ts";

interface Wished extends Described {
  readonly spec: unknown;
}

/** A controller's own kind, without the writes of its own status, which tell it nothing new. */
export function ownInput<T extends Wished>(kind: Kind<T>): ControllerInput {
  return defineInput(kind, (change) => {
    if (change.type === "deleted") return [];
    const isNews =
      change.type === "created" ||
      !isDeepStrictEqual(wishesOf(change.previous.value), wishesOf(change.resource.value));
    return isNews ? [change.resource.id] : [];
  });
}

function wishesOf({ metadata, spec }: Wished): readonly unknown[] {
  return [metadata.generation, metadata.deletedAt, metadata.finalizers, spec];
}
