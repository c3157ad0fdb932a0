/** What is told of a name, a path, or a value of metadata. */
export const MAX_VALUE = 256;
/** What is told of a text for people, as a status has one. */
export const MAX_TEXT = 1_024;

/** Logs hold what strangers sent: a caller's metadata and a machine's status may be 100 KB long. */
export function shortened(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max)}…`;
}
