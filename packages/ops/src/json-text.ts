/**
 * JSON as Go's encoder writes it (ops §1): what could end a script or a line is escaped, and it
 * ends in a line feed.
 */
export function jsonText(value: unknown): string {
  return `${escapeJson(JSON.stringify(value))}\n`;
}

/** These characters stand nowhere but in strings, so the whole text may be escaped at once. */
export function escapeJson(json: string): string {
  return json.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
