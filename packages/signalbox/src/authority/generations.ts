import type { AuthorityGeneration, NodeAuthority } from "../model/node-authority.ts";

/** A root lives for this long; rotate it before. */
export const ROOT_VALID_MS = 10 * 365 * 24 * 3_600_000;

/** The root that signs now: the last one whose time has come. */
export function activeGeneration({ generations }: NodeAuthority, now: number): AuthorityGeneration {
  const active = generations.findLast(({ activeFrom }) => Date.parse(activeFrom) <= now);
  // A clock that was set back may lie before all of them.
  const found = active ?? generations[0];
  if (found === undefined) throw new TypeError("an authority has at least one generation");
  return found;
}

/** The roots to trust now, the signing one first. */
export function acceptedGenerations(
  authority: NodeAuthority,
  now: number,
): readonly AuthorityGeneration[] {
  const active = activeGeneration(authority, now);
  const others = authority.generations.filter(
    (generation) =>
      generation !== active &&
      (generation.retiresAt === undefined || Date.parse(generation.retiresAt) > now),
  );
  return [active, ...others];
}

/** When the next root becomes the signing one, or one is trusted no longer; undefined: never. */
export function nextChange({ generations }: NodeAuthority, now: number): number | undefined {
  const times = generations
    .flatMap(({ activeFrom, retiresAt }) => [activeFrom, retiresAt ?? activeFrom])
    .map((text) => Date.parse(text))
    .filter((time) => time > now);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** How long roots overlap. */
export interface Overlap {
  /** All who trust the old root have asked for a certificate again by then, and heard of the new. */
  readonly announceMs: number;
  /** All certificates that the old root has signed have expired by then. */
  readonly retireMs: number;
}

/** Adds a root that signs once everybody knows it; the others retire once nothing of theirs is left. */
export function withSuccessor(
  { generations }: NodeAuthority,
  successor: Omit<AuthorityGeneration, "activeFrom">,
  { announceMs, retireMs }: Overlap,
  now: number,
): NodeAuthority {
  const activeFrom = now + announceMs;
  const retiresAt = new Date(activeFrom + retireMs).toISOString();
  const kept = generations.filter((one) => !(Date.parse(one.retiresAt ?? "") <= now));
  return {
    generations: [
      ...kept.map((one) => ({ ...one, retiresAt: one.retiresAt ?? retiresAt })),
      { ...successor, activeFrom: new Date(activeFrom).toISOString() },
    ],
  };
}
