import { projectFiles } from "./source-files.ts";

/** Kinds of test files, told apart by their names (CONTRIBUTING.md). */
export interface TestFiles {
  /** Fast, need nothing but `npm ci`. */
  readonly unit: readonly string[];
  /** Crash, fuzz and load tests. */
  readonly slow: readonly string[];
  /** Need a peer (Envoy, cloud-init ...); skipped without it unless REQUIRE_PEERS=1. */
  readonly peer: readonly string[];
  /** Need QEMU and boot guests: one file at a time, each guest takes a processor. */
  readonly guest: readonly string[];
}

const SUFFIX = ".test.ts";

export function testFiles(): TestFiles {
  const files = projectFiles(`**/*${SUFFIX}`);
  const named = (kind: string): string[] =>
    files.filter((path) => path.endsWith(`.${kind}${SUFFIX}`));
  const [slow, peer, guest] = [named("slow"), named("peer"), named("guest")];
  const others = new Set([...slow, ...peer, ...guest]);
  return { unit: files.filter((path) => !others.has(path)), slow, peer, guest };
}
