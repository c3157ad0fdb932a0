import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

/** Neighbours load the same modules; more files in one process, and its garbage costs what that saves. */
const FILES_A_BATCH = 28;

const LOOSE_HOOK = /^(?:before|after)(?:Each)?\(/m;

/**
 * Writes entry files, each of which imports a batch of test files, and answers their paths: a
 * process a batch instead of one a file takes half the time. Tests of a batch share what is
 * global to a process, so they may leave nothing there.
 *
 * @throws Error when a file has hooks outside of a `describe`: they would run for the tests of others
 */
export function writeTestBatches(directory: string, files: readonly string[]): string[] {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  return batchesOf(files).map((batch, index) => {
    const path = join(directory, `batch-${index}.ts`);
    const imports = batch.map((file) => {
      refuseLooseHooks(file);
      return `import ${JSON.stringify(relative(directory, file))};\n`;
    });
    writeFileSync(path, imports.join(""));
    return path;
  });
}

function batchesOf(files: readonly string[]): string[][] {
  const sorted = files.toSorted();
  const count = Math.ceil(sorted.length / FILES_A_BATCH);
  return Array.from({ length: count }, (_, index) =>
    sorted.slice(index * FILES_A_BATCH, (index + 1) * FILES_A_BATCH),
  );
}

function refuseLooseHooks(file: string): void {
  if (!LOOSE_HOOK.test(readFileSync(file, "utf8"))) return;
  throw new Error(
    `${file}: put its hooks into a describe(), else they run for the tests of others`,
  );
}
