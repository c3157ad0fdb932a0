/** Says what comes next, in a line that stands out. */
export function announce(text: string): void {
  process.stdout.write(`\n==> ${text}\n`);
}

/** Says what went wrong beside the way. */
export function complain(error: Error): void {
  process.stderr.write(`quickstart: ${error.message}\n`);
}

/** Prints text of a machine's console, set off from our own. */
export function showConsole(text: string): void {
  for (const line of text.trimEnd().split("\n")) process.stdout.write(`    | ${line.trimEnd()}\n`);
}
