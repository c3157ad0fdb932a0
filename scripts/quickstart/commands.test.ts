import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Commands } from "./commands.ts";
import { Interruption } from "./interruption.ts";

async function commandsOf(t: TestContext, script: string): Promise<Commands> {
  const directory = await mkdtemp(join(tmpdir(), "signalbox-quickstart-test-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const program = join(directory, "program");
  await writeFile(program, `#!/bin/sh\n${script}\n`, { mode: 0o700 });
  return new Commands({ dataDir: directory, signal: new AbortController().signal, program });
}

test("a command that Ctrl-C ended is an interruption, also before our own signal came", async (t) => {
  for (const script of ["kill -INT $$", "exit 130"]) {
    const commands = await commandsOf(t, script);
    for (const how of ["run", "read"] as const) {
      await assert.rejects(
        commands[how]("stop"),
        (error) => error instanceof Interruption && error.exitCode === 130,
      );
    }
  }
});

test("a command that fails says its exit code", async (t) => {
  const commands = await commandsOf(t, "exit 3");
  await assert.rejects(commands.run("server", "stop"), /signalbox server stop ended with code 3$/);
});
