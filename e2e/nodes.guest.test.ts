import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { AGENT_SERVER, startAgentRegion, untilAgentsAnswer } from "./support/agent-region.ts";
import type { CommandLine } from "./support/command-line.ts";
import { eventually, PATIENCE_MS } from "./support/eventually.ts";
import { type HostMachine, listHostMachines, listHostProcesses } from "./support/host-machines.ts";
import { QEMU_MISSING } from "./support/qemu-missing.ts";

const NAMES = ["a", "b", "c"];
const ALL = ["--nodes", NAMES.join(",")];
const BOOT_ID = "/proc/sys/kernel/random/boot_id";

test("three guests enrol by themselves and answer the node API; one is killed meanwhile", {
  skip: QEMU_MISSING,
}, async (t) => {
  const { cli, daemon, dataDir } = await startAgentRegion(t);
  const ids = await createServers(cli);

  assert.deepEqual(nodesOf(await untilAgentsAnswer(cli, NAMES)), NAMES);

  const files = await cli.ok("node", "ls", "/etc/os-release", ...ALL);
  assert.deepEqual(nodesOf(files).toSorted(), NAMES, "streams come as they come");
  const processes = await cli.ok("node", "ps", ...ALL);
  for (const name of NAMES) assert.match(processes, new RegExp(`^${name} .* init$`, "m"));
  const kernelLog = await cli.ok("node", "dmesg", "--nodes", "all");
  for (const name of NAMES) assert.match(kernelLog, new RegExp(`^${name}: .*Linux version`, "m"));

  // Before the other: a machine that boots meanwhile would take the processors from who answers.
  await askWhileOneHangs(cli, machineOf(dataDir, ids.get("c")));
  await untilAgentsAnswer(cli, ["c"]);
  await killAmidStream(cli, machineOf(dataDir, ids.get("b")));

  const before = await cli.ok("node", "read", BOOT_ID, "--nodes", "a");
  assert.equal(await cli.ok("node", "reboot", "--wait", "--nodes", "a"), "a is back\n");
  assert.notEqual(await cli.ok("node", "read", BOOT_ID, "--nodes", "a"), before);

  // It was killed, and started again by itself.
  await untilAgentsAnswer(cli, ["b"]);
  assert.equal(enrolments(dataDir), NAMES.length, "each machine enrolled once");

  for (const name of NAMES) await cli.ok("server", "delete", name, "--wait");
  assert.equal(await daemon.stop(), 0);
  // The shell that started a machine notes how that ended, and only then ends itself.
  await eventually("every process is gone", PATIENCE_MS, async () =>
    listHostProcesses(dataDir).length === 0 ? true : undefined,
  );
});

/** Answers their ids by name. */
async function createServers(cli: CommandLine): Promise<ReadonlyMap<string, string>> {
  const servers = await Promise.all(
    NAMES.map(async (name) => {
      const created = ["server", "create", name, ...AGENT_SERVER] as const;
      const { metadata } = await cli.json<{ metadata: { id: string } }>(...created);
      return [name, metadata.id] as const;
    }),
  );
  return new Map(servers);
}

function machineOf(dataDir: string, id: string | undefined): HostMachine {
  const machine = listHostMachines(dataDir).find(({ serverId }) => serverId === id);
  assert.ok(machine);
  return machine;
}

/** Its reply says so, and the others go on. */
async function killAmidStream(cli: CommandLine, b: HostMachine): Promise<void> {
  const following = cli.start("node", "dmesg", "--follow", ...ALL);
  for (const name of NAMES) await following.says("stdout", new RegExp(`^${name}: `, "m"));
  process.kill(b.pid, "SIGKILL");
  await following.says("stderr", /^error from node b: /m);
  assert.equal(following.child.exitCode, null, "the others are still followed");
  following.child.kill("SIGINT");
  assert.equal((await following.ended).code, 130);
}

/** The others' answers are shown, and the command fails. */
async function askWhileOneHangs(cli: CommandLine, c: HostMachine): Promise<void> {
  process.kill(c.pid, "SIGSTOP");
  const asked = ["node", "version", "--nodes", "a,c", "--timeout", "15s"] as const;
  const { code, stdout, stderr } = await cli.run(...asked);
  process.kill(c.pid, "SIGCONT");
  assert.deepEqual(nodesOf(stdout), ["a"]);
  assert.match(stderr, /^error from node c: /m);
  assert.equal(code, 1);
}

/** First column of a table. */
function nodesOf(table: string): readonly string[] {
  const [, ...rows] = table.trimEnd().split("\n");
  return rows.map((row) => row.split(" ")[0] ?? "");
}

function enrolments(dataDir: string): number {
  const audit = readFileSync(join(dataDir, "audit/audit.jsonl"), "utf8");
  return audit.split("\n").filter((line) => line.includes('"operation":"enrolMachine"')).length;
}
