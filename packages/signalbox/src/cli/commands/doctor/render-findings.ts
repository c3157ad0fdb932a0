import type { Finding } from "../../../doctor/finding.ts";
import { printable } from "../../output/cell.ts";

/** A line a finding, and under what is not well a line that says what to do. */
export function renderFindings(findings: readonly Finding[]): string {
  const width = Math.max(0, ...findings.map(({ check }) => check.length));
  const indent = " ".repeat(VERDICT_WIDTH + 2 + width + 2);
  return findings
    .flatMap((finding) => {
      const { verdict, check, found } = finding;
      const line = `${verdict.padEnd(VERDICT_WIDTH)}  ${check.padEnd(width)}  ${printable(found)}`;
      return finding.verdict === "ok" ? [line] : [line, `${indent}-> ${printable(finding.advice)}`];
    })
    .join("\n");
}

const VERDICT_WIDTH = "failure".length;
