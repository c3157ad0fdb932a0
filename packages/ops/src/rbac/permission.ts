/**
 * Whether a granted permission covers a requested one (ops §4.1): `*` covers everything, `a:*`
 * covers what begins with `a:`, everything else covers itself alone.
 */
export function covers(granted: string, requested: string): boolean {
  if (granted === "*" || granted === requested) return true;
  return granted.endsWith(":*") && requested.startsWith(granted.slice(0, -1));
}
