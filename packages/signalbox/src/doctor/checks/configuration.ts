import { failure, type Judgement, well } from "../finding.ts";

export interface ConfigurationFacts {
  /** Where options were read from, beside the defaults. */
  readonly sources: readonly string[];
  /** Why it cannot be used, a line a fault. */
  readonly error?: string | undefined;
}

export function judgeConfiguration({ sources, error }: ConfigurationFacts): readonly Judgement[] {
  if (error === undefined) {
    const from = sources.length === 0 ? "defaults only" : `from ${sources.join(", ")}`;
    return [well(from)];
  }
  return error
    .split("\n")
    .map((line) =>
      failure(
        line,
        "mend it (docs/configuration.md); until then nothing that depends on the configuration is checked",
      ),
    );
}
