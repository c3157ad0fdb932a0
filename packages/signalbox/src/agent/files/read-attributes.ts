import { spawn } from "node:child_process";
import { type AttributesByPath, parseAttributes } from "./parse-attributes.ts";

/** An attribute holds 64 KiB at most; of all attributes of a batch no more than this is taken. */
const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;
const NONE: AttributesByPath = new Map();

const COMMAND = ["--absolute-names", "--no-dereference", "--dump", "--match=-", "--encoding=hex"];

/**
 * The extended attributes of some files. Node cannot read them, so `getfattr` does; where it is
 * not installed there are none. Paths that are no UTF-8 cannot be given to a program, and are left
 * out.
 */
export async function readAttributes(
  paths: readonly Buffer[],
  signal: AbortSignal,
): Promise<AttributesByPath> {
  const texts = paths.map(String).filter((text, index) => paths[index]?.equals(Buffer.from(text)));
  if (texts.length === 0) return NONE;
  const { promise, resolve } = Promise.withResolvers<AttributesByPath>();
  const child = spawn("getfattr", [...COMMAND, "--", ...texts], {
    stdio: ["ignore", "pipe", "ignore"],
    signal,
  });
  const pieces: Buffer[] = [];
  let total = 0;
  child.stdout.on("data", (bytes: Buffer) => {
    total += bytes.length;
    if (total <= MAX_OUTPUT_BYTES) pieces.push(bytes);
    else child.kill("SIGKILL");
  });
  child.once("error", () => resolve(NONE));
  // Its status says whether all files could be read; those that could are told in any case.
  child.once("close", () => resolve(parseAttributes(Buffer.concat(pieces))));
  return promise;
}
