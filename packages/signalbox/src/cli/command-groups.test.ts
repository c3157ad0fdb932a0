import assert from "node:assert/strict";
import { test } from "node:test";
import { PassThrough } from "node:stream";
import { VirtualClock } from "@signalbox/base";
import type { CliIo } from "./cli-io.ts";
import { COMMAND_GROUPS } from "./command-groups.ts";
import { createProgram } from "./program.ts";
import type { ProgramParts } from "./program-parts.ts";

const io: CliIo = {
  stdin: process.stdin,
  stdout: new PassThrough(),
  stderr: new PassThrough(),
  isInteractive: false,
  environment: {},
  clock: new VirtualClock(),
  signal: new AbortController().signal,
};

const unused = (): never => assert.fail("no command runs here");
const parts: ProgramParts = {
  version: "0",
  serve: unused,
  serveAgent: unused,
  openTokens: unused,
  diagnose: unused,
  discardAuthority: unused,
};

async function namesFor(first: string | undefined): Promise<string[]> {
  const { commands } = await createProgram(io, parts, first);
  return commands.map((command) => command.name());
}

for (const { words } of COMMAND_GROUPS) {
  for (const word of words) {
    test(`${word} comes with the commands of its group alone`, async () => {
      assert.deepEqual(await namesFor(word), words);
    });
  }
}

test("whatever is no command's name meets all of them", async () => {
  const all = [...COMMAND_GROUPS.flatMap(({ words }) => words), "completion"];
  for (const first of [undefined, "--help", "help", "completion", "servre"]) {
    assert.deepEqual(await namesFor(first), all);
  }
});
