/** `warning`: it works, not as well as it could or not for long. `failure`: something does not. */
export type Verdict = "ok" | "warning" | "failure";

/** What a rule says of the facts that it was given. */
export type Judgement =
  | { readonly verdict: "ok"; readonly found: string }
  | {
      readonly verdict: "warning" | "failure";
      /** What is so, in plain words. */
      readonly found: string;
      /** What to do about it. */
      readonly advice: string;
    };

/** A judgement with the name of the check that it comes from. */
export type Finding = Judgement & { readonly check: string };

export function well(found: string): Judgement {
  return { verdict: "ok", found };
}

export function warning(found: string, advice: string): Judgement {
  return { verdict: "warning", found, advice };
}

export function failure(found: string, advice: string): Judgement {
  return { verdict: "failure", found, advice };
}

/** The worst of them; `ok` when there are none. */
export function worstVerdict(findings: readonly { readonly verdict: Verdict }[]): Verdict {
  const verdicts = new Set(findings.map(({ verdict }) => verdict));
  if (verdicts.has("failure")) return "failure";
  return verdicts.has("warning") ? "warning" : "ok";
}
