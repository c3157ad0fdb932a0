import { mkdir, readdir } from "node:fs/promises";
import { Problem } from "@signalbox/base";
import { Argument, type Command } from "commander";
import { MachineService } from "#gen/machine/machine_pb.js";
import type { CliIo } from "../../../cli-io.ts";
import { printable } from "../../../output/cell.ts";
import { followNode } from "./follow-nodes.ts";
import { addNodeCallCommand, type NodeCall } from "./node-call-command.ts";
import { onlyNode } from "./only-node.ts";
import { OutputWriter } from "./output-writer.ts";
import { pathOf } from "./path-of.ts";

const { copy } = MachineService.method;

/** `signalbox node cp PATH DIR|-` */
export function addCopyCommand(node: Command, io: CliIo): void {
  addNodeCallCommand(node, io, {
    name: "cp",
    summary: "copy a file or a folder of one machine",
    arguments: [
      new Argument("<path>", "which"),
      new Argument("<folder>", "where to, new or empty; -: a .tar.gz on standard output"),
    ],
    paths: () => [pathOf(copy)],
    run: copyFiles,
  });
}

async function copyFiles({ connection, flags, args, io }: NodeCall<object>): Promise<void> {
  const [rootPath = "", target = ""] = args;
  const node = onlyNode(connection);
  if (target !== "-") await makeEmptyFolder(target);
  const options = { timeoutMs: flags.timeout, signal: io.signal };
  const archive = bytesOf(followNode(connection.channel, node, copy, { rootPath }, options));
  if (target === "-") return writeAll(archive, io);
  // Only here: other commands start without it.
  const { unpackArchive } = await import("./unpack-archive.ts");
  const leftOut = (text: string): void => void io.stderr.write(`left out: ${printable(text)}\n`);
  await unpackArchive(archive, target, leftOut);
}

/** What a machine sends is not written over files that are there. */
async function makeEmptyFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
    if ((await readdir(path)).length === 0) return;
  } catch (error) {
    throw new Problem("invalid_request", `${path} cannot be written`, { cause: error });
  }
  throw new Problem("already_exists", `${path} is not empty`);
}

async function* bytesOf(
  messages: AsyncIterable<{ readonly bytes: Uint8Array }>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const { bytes } of messages) yield bytes;
}

async function writeAll(archive: AsyncIterable<Uint8Array>, io: CliIo): Promise<void> {
  const output = new OutputWriter(io);
  for await (const bytes of archive) await output.write(bytes);
}
