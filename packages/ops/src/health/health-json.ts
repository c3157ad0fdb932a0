import { compareBytes } from "../compare-bytes.ts";
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

/** As Go's encoder writes strings: what could end a script or a line is escaped (ops §1). */
function text(value: string): string {
  return JSON.stringify(value.toWellFormed()).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
