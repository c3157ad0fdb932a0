import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type ApiObject, createNetwork, firstChoices, listServers } from "./support/api-objects.ts";
import { DaemonProcess } from "./support/daemon-process.ts";
import { eventually, PATIENCE_MS } from "./support/eventually.ts";

const CONCURRENT = 200;
/** The daemon is killed when this many creates have been acknowledged. */
const KILL_AFTER = 60;

test("kill -9 amid 200 creates at once: every acknowledged server exists exactly once", async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), "signalbox-e2e-"));
  const daemons: DaemonProcess[] = [];
  t.after(async () => {
    for (const daemon of daemons) await daemon.kill();
    await rm(dataDir, { recursive: true, force: true });
  });
  const start = async (): Promise<DaemonProcess> => {
    const daemon = await DaemonProcess.start(dataDir, ["--provider", "simulated"]);
    daemons.push(daemon);
    return daemon;
  };

  const first = await start();
  const network = await createNetwork(first, "net");
  const choices = await firstChoices(first);
  const acknowledged = new Set<string>();
  let number = 0;
  // Each of the many goes on until the kill cuts it off, so that the kill is always amid creates.
  const keepCreating = async (): Promise<void> => {
    for (;;) {
      const body = {
        metadata: { name: `server-${number++}` },
        spec: { networkId: network.metadata.id, ...choices },
      };
      const answer = await first.call("POST", "/api/v2/servers", body).catch(() => undefined);
      if (answer === undefined) return;
      assert.equal(answer.status, 201);
      acknowledged.add((answer.body as ApiObject).metadata.id);
      if (acknowledged.size === KILL_AFTER) await first.kill();
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, keepCreating));
  assert.ok(acknowledged.size >= KILL_AFTER);

  const second = await start();
  const servers = await eventually("every server runs", PATIENCE_MS, async () => {
    const present = await listServers(second);
    return present.every((server) => server.status.powerState === "Running") ? present : undefined;
  });
  const ids = servers.map((server) => server.metadata.id);
  assert.equal(new Set(ids).size, ids.length, "no server is there twice");
  for (const id of acknowledged) assert.ok(ids.includes(id), `server ${id} was acknowledged`);
  const addresses = servers.map((server) => server.status.privateIP);
  assert.equal(new Set(addresses).size, addresses.length, "no address was given twice");

  for (const id of ids) {
    assert.equal((await second.call("DELETE", `/api/v2/servers/${id}`)).status, 202);
  }
  await eventually("every server is gone", PATIENCE_MS, async () =>
    (await listServers(second)).length === 0 ? true : undefined,
  );
  assert.equal(await second.stop(), 0);
});
