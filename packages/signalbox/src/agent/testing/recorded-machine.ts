import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import type { AgentRoots } from "../agent-deps.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

/** Path from the root → text, bytes, or where a link points: `{ link: "../a" }`. */
export type RecordedFiles = Readonly<Record<string, string | Buffer | { readonly link: string }>>;

/** Files of a machine in a directory of their own: `proc/…`, `sys/…`, and whatever else. */
export async function recordedMachine(t: TestContext, files: RecordedFiles): Promise<AgentRoots> {
  const root = await temporaryDirectory(t);
  const roots = { proc: join(root, "proc"), sys: join(root, "sys"), root };
  await Promise.all([roots.proc, roots.sys].map((path) => mkdir(path)));
  for (const [path, content] of Object.entries(files)) {
    const target = join(root, path);
    // oxlint-disable-next-line no-await-in-loop -- folders must be there before their files
    await mkdir(dirname(target), { recursive: true });
    const isText = typeof content === "string" || Buffer.isBuffer(content);
    // oxlint-disable-next-line no-await-in-loop
    await (isText ? writeFile(target, content) : symlink(content.link, target));
  }
  return roots;
}
