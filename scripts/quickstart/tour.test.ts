import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Commands } from "./commands.ts";
import { bootFirstServer } from "./tour.ts";

const REGION = { isReal: false, flavor: "small", image: "linux" };

/** Answers the commands that the first server took and its removal, where these networks are. */
async function commandsAmong(t: TestContext, networks: string): Promise<readonly string[]> {
  const directory = await mkdtemp(join(tmpdir(), "signalbox-quickstart-test-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const program = join(directory, "program");
  const log = join(directory, "log");
  const script = `echo "$1 $2 $3 $4 $5" >>'${log}'; [ "$1 $2" != "network list" ] || echo '${networks}'`;
  await writeFile(program, `#!/bin/sh\n${script}\n`, { mode: 0o700 });
  const commands = new Commands({
    dataDir: directory,
    signal: new AbortController().signal,
    program,
  });
  await bootFirstServer(commands, REGION, directory);
  await commands.removeMade();
  const lines = (await readFile(log, "utf8")).trim().split("\n");
  return lines.filter((line) => /create|delete/.test(line));
}

test("a first start makes a network, and removes it with its server", async (t) => {
  assert.deepEqual(await commandsAmong(t, "[]"), [
    "network create demo --prefix 192.168.10.0/24",
    "server create first --network demo",
    "server delete first --wait --data-dir",
    "network delete demo --wait --data-dir",
  ]);
});

test("a later start uses the network that is there, and leaves it", async (t) => {
  assert.deepEqual(await commandsAmong(t, '[{"metadata":{"id":"net-1"}}]'), [
    "server create first --network net-1",
    "server delete first --wait --data-dir",
  ]);
});
