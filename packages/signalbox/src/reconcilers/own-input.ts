import { isDeepStrictEqual } from "node:util";
import type { ControllerInput } from "@signalbox/controller";
import type { Change, Kind } from "@signalbox/store";
import type { Metadata } from "../model/metadata.ts";

interface Wished {
  readonly metadata: Metadata;
  readonly spec: unknown;
}

/** A controller's own kind, without the writes of its own status, which tell it nothing new. */
export function ownInput<T extends Wished>(kind: Kind<T>): ControllerInput {
  return {
    kind,
    keys: (change: Change) => {
      if (change.type === "deleted") return [];
      const changed =
        change.type === "created" ||
        !isDeepStrictEqual(
          wishesOf(change.previous.value as T),
          wishesOf(change.resource.value as T),
        );
      return changed ? [change.resource.id] : [];
    },
  };
}

function wishesOf({ metadata, spec }: Wished): readonly unknown[] {
  return [metadata.generation, metadata.deletedAt, metadata.finalizers, spec];
}
