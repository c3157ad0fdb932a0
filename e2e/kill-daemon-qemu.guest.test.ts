import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { type ApiObject, createNetwork, firstChoices, listServers } from "./support/api-objects.ts";
import { DaemonProcess } from "./support/daemon-process.ts";
import { eventually } from "./support/eventually.ts";
import { killHostProcesses, listHostMachines, listHostProcesses } from "./support/host-machines.ts";
import { QEMU_MISSING } from "./support/qemu-missing.ts";
import { prepareQemuRegion } from "./support/qemu-region.ts";

const CREATES = 8;
/** The first daemon is killed when this many creates have been acknowledged. */
const KILL_AFTER = 6;
/** So few boot at once that the last of them is far away when the first ones are seen. */
const FEW_AT_ONCE = ["--boots-at-once", "2"];
/** Without acceleration, on a busy host. */
const DEADLINE_MS = 300_000;

test("kill -9 amid 8 creates, boots and deletes on QEMU: servers and processes agree", {
  skip: QEMU_MISSING,
}, async (t) => {
  const { dataDir, start } = prepare(t);

  const first = await start(...FEW_AT_ONCE);
  const acknowledged = await createUntilKilled(first);

  const second = await start(...FEW_AT_ONCE);
  const booting = await eventually("some machines run, but not all", DEADLINE_MS, async () => {
    const machines = listHostMachines(dataDir);
    return machines.length >= 2 ? machines : undefined;
  });
  await second.kill();
  assert.ok(booting.length < acknowledged.size, "the kill came amid the boots");
  assert.deepEqual(survivors(dataDir, booting), booting, "machines outlive the daemon");

  const third = await start();
  const servers = await eventually("every server runs", DEADLINE_MS, async () => {
    const present = await listServers(third);
    return present.every(({ status }) => status.powerState === "Running") ? present : undefined;
  });
  const ids = servers.map(({ metadata }) => metadata.id).toSorted();
  assert.equal(new Set(ids).size, ids.length, "no server is there twice");
  for (const id of acknowledged) assert.ok(ids.includes(id), `server ${id} was acknowledged`);
  const addresses = servers.map(({ status }) => status.privateIP);
  assert.equal(new Set(addresses).size, addresses.length, "no address was given twice");
  assert.deepEqual(serverIds(dataDir), ids, "every server has one process, and no process is over");
  assert.deepEqual(survivors(dataDir, booting), booting, "the machines that ran were taken up");

  const [doomed = "", ...others] = ids;
  assert.equal((await third.call("DELETE", `/api/v2/servers/${doomed}`)).status, 202);
  await third.kill();
  const fourth = await start();
  await eventually("the deletion is carried out", DEADLINE_MS, async () =>
    serverIds(dataDir).includes(doomed) ? undefined : true,
  );
  await eventually("the API agrees", DEADLINE_MS, async () => {
    const present = (await listServers(fourth)).map(({ metadata }) => metadata.id);
    return present.toSorted().join() === others.join() ? true : undefined;
  });
  assert.deepEqual(serverIds(dataDir), others);

  for (const id of others) {
    assert.equal((await fourth.call("DELETE", `/api/v2/servers/${id}`)).status, 202);
  }
  await eventually("every server is gone", DEADLINE_MS, async () =>
    (await listServers(fourth)).length === 0 ? true : undefined,
  );
  assert.equal(await fourth.stop(), 0);
  await eventually("every process is gone", DEADLINE_MS, async () =>
    listHostProcesses(dataDir).length === 0 ? true : undefined,
  );
  assert.deepEqual(
    readdirSync(join(dataDir, "providers", fourth.endpoints.region, "machines")),
    [],
  );
});

/** A data directory, and how a daemon is started on it; both, and the machines, end with the test. */
function prepare(t: TestContext): {
  readonly dataDir: string;
  readonly start: (...more: readonly string[]) => Promise<DaemonProcess>;
} {
  const directory = mkdtempSync(join(tmpdir(), "signalbox-e2e-"));
  const dataDir = join(directory, "data");
  const daemons: DaemonProcess[] = [];
  t.after(async () => {
    for (const daemon of daemons) await daemon.kill();
    await killHostProcesses(directory);
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  });
  const args = prepareQemuRegion(directory);
  const start = async (...more: readonly string[]): Promise<DaemonProcess> => {
    const daemon = await DaemonProcess.start(dataDir, [...args, ...more]);
    daemons.push(daemon);
    return daemon;
  };
  return { dataDir, start };
}

/** Ids of the servers whose creation was acknowledged before the daemon was killed. */
async function createUntilKilled(daemon: DaemonProcess): Promise<ReadonlySet<string>> {
  const network = await createNetwork(daemon, "net");
  const choices = await eventually("the image is ready", DEADLINE_MS, async () =>
    firstChoices(daemon).catch(() => undefined),
  );
  const acknowledged = new Set<string>();
  await Promise.all(
    Array.from({ length: CREATES }, async (_, index) => {
      const body = {
        metadata: { name: `server-${index}` },
        spec: { networkId: network.metadata.id, ...choices },
      };
      // Those that the kill cuts off fail; that is the point.
      const answer = await daemon.call("POST", "/api/v2/servers", body).catch(() => undefined);
      if (answer?.status !== 201) return;
      acknowledged.add((answer.body as ApiObject).metadata.id);
      if (acknowledged.size === KILL_AFTER) await daemon.kill();
    }),
  );
  assert.ok(acknowledged.size >= KILL_AFTER);
  return acknowledged;
}

function serverIds(dataDir: string): readonly string[] {
  return listHostMachines(dataDir)
    .map(({ serverId }) => serverId)
    .toSorted();
}

/** Those of `machines` whose processes still run. */
function survivors(dataDir: string, machines: ReturnType<typeof listHostMachines>) {
  const present = new Set(listHostMachines(dataDir).map(({ pid }) => pid));
  return machines.filter(({ pid }) => present.has(pid));
}
