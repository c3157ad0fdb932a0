import { failure, type Judgement, well } from "../finding.ts";

export interface DeclaredIdsFacts {
  /** The data directory's own file, where the first start declares ids. */
  readonly path: string;
  readonly isThere: boolean;
  /** What nothing declares, of `organizations`, `projects` and `regions`. */
  readonly undeclared: readonly string[];
  /** Ids of these that the store refers to. */
  readonly referenced: Readonly<Record<string, readonly string[]>>;
}

/** Without its ids, whatever the store holds belongs to an organization and a region of nobody. */
export function judgeDeclaredIds(facts: DeclaredIdsFacts): readonly Judgement[] {
  const { path, isThere, undeclared, referenced } = facts;
  if (undeclared.length === 0) return [well("organization, project and region are declared")];
  const lost = undeclared.flatMap((name) => {
    const ids = referenced[name] ?? [];
    return ids.length === 0 ? [] : [`${name} ${ids.join(", ")}`];
  });
  if (isThere || lost.length === 0)
    return [well(`the next start declares ${undeclared.join(", ")}`)];
  return [
    failure(
      `${path} is lost, and with it ids that the store refers to: ${lost.join("; ")}`,
      "put the file back from a backup, or declare these ids in it",
    ),
  ];
}
