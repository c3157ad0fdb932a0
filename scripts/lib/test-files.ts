import { projectFiles } from "./source-files.ts";

/** Kinds of test files, told apart by their names (CONTRIBUTING.md). */
export interface TestFiles {
  /** Fast, need nothing but `npm ci`. */
  readonly unit: readonly string[];
  /** Crash, fuzz and load tests. */
  readonly slow: readonly string[];
  /** Need a peer (QEMU, cloud-init ...); skipped without it unless REQUIRE_PEERS=1. */
  readonly peer: readonly string[];
}

export function testFiles(): TestFiles {
  const all = projectFiles("**/*.test.ts");
  const isPeer = (path: string): boolean => path.endsWith(".peer.test.ts");
  const isSlow = (path: string): boolean => path.endsWith(".slow.test.ts");
  return {
    unit: all.filter((path) => !isPeer(path) && !isSlow(path)),
    slow: all.filter(isSlow),
    peer: all.filter(isPeer),
  };
}
