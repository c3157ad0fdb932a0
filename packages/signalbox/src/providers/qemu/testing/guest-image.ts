import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type Dirent, existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildGuestImage } from "./guest-image-builder.ts";

const CHECKOUT = join(import.meta.dirname, "../../../../../..");

/**
 * The guest image. It is built when its sources have changed since the last time: the build is
 * reproducible, and every file of provider tests boots it.
 */
export function guestImage(): string {
  const path = join(CHECKOUT, `.cache/guest-image/tested-${digestOfSources()}.qcow2`);
  if (existsSync(path)) return path;
  const { status, stderr } = buildGuestImage(["--output", path], process.env);
  assert.equal(status, 0, stderr);
  return path;
}

function digestOfSources(): string {
  const entries = globSync("scripts/guest-image/**", { cwd: CHECKOUT, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(pathOf);
  const hash = createHash("sha256");
  for (const path of files.toSorted()) hash.update(`${path}\n`).update(readFileSync(path));
  return hash.digest("hex").slice(0, 16);
}

function pathOf({ parentPath, name }: Dirent): string {
  return join(parentPath, name);
}
