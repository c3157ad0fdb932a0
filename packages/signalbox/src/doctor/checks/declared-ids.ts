import { failure, type Judgement, well } from "../finding.ts";

export interface DeclaredIdsFacts {
  /** The data directory's own file, where the first start declares ids. */
  readonly path: string;
  readonly isThere: boolean;
  /** Whether the store has ever been written to. */
  readonly isStoreUsed: boolean;
  /** What nothing declares: `organizations`, `projects`, `regions`. */
  readonly undeclared: readonly string[];
}

/** Without its ids, whatever the store holds belongs to an organization and a region of nobody. */
export function judgeDeclaredIds(facts: DeclaredIdsFacts): readonly Judgement[] {
  const { path, isThere, isStoreUsed, undeclared } = facts;
  if (undeclared.length === 0) return [well("organization, project and region are declared")];
  const what = undeclared.join(", ");
  if (!isStoreUsed) return [well(`the first start declares ${what}`)];
  if (isThere) return [well(`the next start declares ${what}`)];
  return [
    failure(
      `${path} is lost, and with it the ids of ${what}, to which the store refers`,
      "put the file back from a backup; `signalbox serve` names the ids that the store has",
    ),
  ];
}
