import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** An empty directory that goes when the test is over. */
export async function temporaryDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "signalbox-agent-"));
  // What is stopped later may write until then.
  t.after(() => rm(directory, { recursive: true, force: true, maxRetries: 10 }));
  return directory;
}
