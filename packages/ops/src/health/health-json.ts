import { compareBytes } from "../compare-bytes.ts";
import { escapeJson } from "../json-text.ts";
import type { HealthReport } from "./health-report.ts";

/**
 * The report as ops §1 writes it: `status` first, checks sorted by code point, a line feed at the
 * end.
 *
 * @param revealsReasons whether the caller may read why a check failed
 */
export function healthJson({ status, checks }: HealthReport, revealsReasons: boolean): string {
  // Written by hand: in an object, names such as `1` or `__proto__` would not stay where they are.
  const members = [...checks]
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([name, { ok, error }]) => {
      const reason = ok || !revealsReasons || error === undefined ? "" : `,"error":${text(error)}`;
      return `${text(name)}:{"ok":${ok}${reason}}`;
    });
  return `{"status":${text(status)},"checks":{${members.join(",")}}}\n`;
}

function text(value: string): string {
  return escapeJson(JSON.stringify(value.toWellFormed()));
}
