const UNITS = [
  ["d", 86_400],
  ["h", 3_600],
  ["m", 60],
] as const;

/** `90d`, `1.5h`, `45s`: a duration as the command line takes it, never more than it is. */
export function lifetimeText(seconds: number): string {
  const [unit, size] = UNITS.find(([, least]) => seconds >= least) ?? ["s", 1];
  return `${Math.floor((seconds * 10) / size) / 10}${unit}`;
}
