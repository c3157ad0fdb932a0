/** Says what comes next, in a line that stands out. */
export function announce(text: string): void {
  process.stdout.write(`\n==> ${text}\n`);
}

/** Prints text of a machine's console, set off from our own. */
export function showConsole(text: string): void {
  for (const line of text.trimEnd().split("\n")) process.stdout.write(`    | ${line.trimEnd()}\n`);
}
