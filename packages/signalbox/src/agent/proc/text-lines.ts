/** Lines that hold anything. */
export function textLines(text: string): readonly string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}

/** Words between blanks. */
export function words(line: string): readonly string[] {
  return line.split(/\s+/).filter((word) => word !== "");
}
