const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** `512 B`, `3.1 GiB`: three digits at most. */
export function bytesText(bytes: number): string {
  let amount = bytes;
  let at = 0;
  while (amount >= 999.5 && at < UNITS.length - 1) {
    amount /= 1024;
    at += 1;
  }
  return `${at > 0 && amount < 9.95 ? amount.toFixed(1) : Math.round(amount)} ${UNITS[at]}`;
}

/** `2026-11-21T18:00:00Z`: to the second. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

/** `0700`, as chmod takes it. */
export function modeText(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}
