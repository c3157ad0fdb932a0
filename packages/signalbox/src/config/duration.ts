import { Problem } from "@signalbox/base";

const UNITS_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** What a duration looks like: `500ms`, `30s`, `5m`, `2h`, `30d`. */
export const DURATION_PATTERN = "^[0-9]{1,9}(ms|s|m|h|d)$";

/** The same, above nothing and up to 273 years. */
export const POSITIVE_DURATION_PATTERN = "^[1-9][0-9]{0,4}(ms|s|m|h|d)$";

/** Milliseconds of a duration that the schema has accepted. @throws Problem `internal` otherwise */
export function durationMs(text: string): number {
  const ms = parseDurationMs(text);
  if (ms === undefined) throw new Problem("internal", `${text} is no duration`);
  return ms;
}

/** Milliseconds of a duration that matches `DURATION_PATTERN`; undefined for other text. */
export function parseDurationMs(text: string): number | undefined {
  const match = /^([0-9]{1,9})(ms|s|m|h|d)$/.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * UNITS_MS[match[2] as keyof typeof UNITS_MS];
}
