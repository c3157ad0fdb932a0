/** Enough of an end to be found again, and only there. */
const END_CHARACTERS = 2000;

/**
 * What `now` says beyond `before`, both being what is kept of one growing text: its beginning may
 * have been dropped meanwhile. When nothing of `before` is left, all of `now` is new.
 */
export function appended(before: string, now: string): string {
  if (now.startsWith(before)) return now.slice(before.length);
  const end = before.slice(-END_CHARACTERS);
  const at = now.lastIndexOf(end);
  return at < 0 ? now : now.slice(at + end.length);
}
