import type { NodeRow } from "../xds/wire-types.ts";
import { firstTroubles, type Trouble } from "./trouble.ts";

/** Proxies that refuse what they were sent, and go on with what they had. */
export function nodeTroubles(nodes: readonly NodeRow[]): readonly Trouble[] {
  const found = nodes.flatMap(({ nodeId, types }) =>
    types.flatMap(({ type, refused }): Trouble[] => {
      if (refused === undefined) return [];
      return [
        {
          what: `xDS node ${nodeId} refuses ${type}: ${refused.message}`,
          lookAt: "`signalbox xds nacks`, `signalbox xds history GROUP`",
        },
      ];
    }),
  );
  return firstTroubles(found, (more) => ({
    what: `${more} more refusals of xDS nodes`,
    lookAt: "`signalbox xds nacks`",
  }));
}
