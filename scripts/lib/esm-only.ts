import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";

/** How packages are resolved that our packages, being modules alone, do not serve. */
const NOT_SERVED: readonly string[] = ["node10", "node16-cjs"];

/**
 * Whether every door of a package leads to code and types for those who import it: what `attw
 * --profile esm-only` checks, without starting it for each package.
 *
 * @param tarball the package as npm packs it
 * @returns the kind and place of each problem that "are the types wrong" found
 */
export async function findWrongTypes(tarball: Uint8Array): Promise<readonly string[]> {
  const result = await checkPackage(createPackageFromTarballData(tarball));
  if (!result.types) return ["it has no types"];
  return result.problems
    .filter(
      (problem) => !("resolutionKind" in problem && NOT_SERVED.includes(problem.resolutionKind)),
    )
    .map((problem) => JSON.stringify(problem));
}
