/** The last `lines` lines of `text`; all of it without a number. A last line end counts for none. */
export function lastLines(text: string, lines: number | undefined): string {
  if (lines === undefined) return text;
  if (lines <= 0) return "";
  let start = text.endsWith("\n") ? text.length - 1 : text.length;
  for (let count = 0; count < lines; count += 1) {
    const end = text.lastIndexOf("\n", start - 1);
    if (end < 0 || start === 0) return text;
    start = end;
  }
  return text.slice(start + 1);
}
