/** Something that is not as it should be. */
export interface Trouble {
  /** In plain words. */
  readonly what: string;
  /** Since when, ISO 8601, where it is known. */
  readonly since?: string;
  /** What to look at, or to do. */
  readonly lookAt: string;
}

/** A screen's worth. */
const SHOWN = 10;

/** The first of many, and one that stands for the rest. */
export function firstTroubles(
  troubles: readonly Trouble[],
  describeRest: (count: number) => Trouble,
): readonly Trouble[] {
  if (troubles.length <= SHOWN) return troubles;
  return [...troubles.slice(0, SHOWN), describeRest(troubles.length - SHOWN)];
}
