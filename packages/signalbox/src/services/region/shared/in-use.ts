import { Problem } from "@signalbox/base";

const SHOWN = 10;

/** 409 that names what has to go first (compute-api §8 row 20). */
export function inUse(what: string, blockers: readonly string[]): Problem {
  const shown = blockers.slice(0, SHOWN);
  const more = blockers.length > SHOWN ? ` and ${blockers.length - SHOWN} more` : "";
  return new Problem("in_use", `the ${what} is in use by ${shown.join(", ")}${more}`, {
    faults: shown.map((blocker) => ({ pointer: "", detail: `in use by ${blocker}` })),
  });
}
