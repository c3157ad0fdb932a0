/** A value on a line for people; `-` where there is none. */
export function cell(text: string | undefined): string {
  return text === undefined || text === "" ? "-" : printable(text);
}

/** What foreign text may not do to a terminal: move its cursor, colour it, break the line. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, "?");
}

/** The same of text that may have several lines. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}
