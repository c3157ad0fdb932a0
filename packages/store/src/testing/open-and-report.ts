// Opens the store in a directory and says on standard output how that went: `opened` or the code.
// `--hold` keeps it open until standard input ends.
import { Problem } from "@signalbox/base";
import { openTestStore } from "./open-test-store.ts";

const [directory = "", hold] = process.argv.slice(2);
try {
  await using opened = await openTestStore(directory);
  process.stdout.write(`opened at ${opened.store.revision}\n`);
  if (hold === "--hold") for await (const _ of process.stdin);
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  process.stdout.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 1;
}
