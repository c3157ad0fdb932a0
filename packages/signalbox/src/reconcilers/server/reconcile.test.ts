import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findCondition } from "../../model/condition.ts";
import { IMAGE, NETWORK, SECURITY_GROUP, SERVER } from "../../model/kinds.ts";
import {
  IMAGE_ID,
  image,
  network,
  NETWORK_ID,
  OTHER_IMAGE_ID,
  securityGroup,
  server,
  SERVER_ID,
  START,
} from "../testing/fixtures.ts";
import { startRig } from "../testing/rig.ts";
import { isIn, reason, ref, wanted, withImage, withServer } from "../testing/server-rig.ts";

const GROUP_ID = "cccccccc-0000-4000-8000-000000000001";

describe("a server", () => {
  it("is created, boots and shows what was seen of it", async (t) => {
    const rig = await withServer(t, { spec: { networking: { publicIP: true } } });
    await rig.until("it runs", isIn(rig, "Running"));
    const stored = rig.server(SERVER_ID);
    assert.equal(reason(stored), "Provisioned");
    assert.equal(reason(stored, "Healthy"), "Healthy");
    assert.match(stored.status.privateIP ?? "", /^10\.0\./);
    assert.match(stored.status.publicIP ?? "", /^198\.51\.100\./);
    assert.match(stored.status.macAddress ?? "", /^.[26ae]:/);
    assert.equal(stored.status.imageId, IMAGE_ID);
    assert.ok(stored.status.provisionedAt && stored.status.launchedAt);
  });

  it("waits for its network and its security groups", async (t) => {
    const rig = await startRig(t);
    await rig.put(IMAGE, image());
    await rig.put(NETWORK, network());
    const networking = { securityGroups: [GROUP_ID] };
    await rig.put(SERVER, server(SERVER_ID, { spec: { networking } }));
    await rig.until("it says so", () => reason(rig.server(SERVER_ID)) === "DependencyNotFound");
    await rig.put(SECURITY_GROUP, securityGroup(GROUP_ID, []));
    await rig.until("it runs", isIn(rig, "Running"));
  });

  it("waits while its region is not served, and says so", async (t) => {
    const rig = await startRig(t);
    const regionId = "aaaaaaaa-0000-4000-8000-0000000000ff";
    await rig.put(SERVER, { ...server(), regionId });
    await rig.until("it says so", () => reason(rig.server(SERVER_ID)) === "DependencyNotFound");
    const available = findCondition(rig.server(SERVER_ID).metadata.conditions, "Available");
    assert.match(available?.message ?? "", /ff is not served here: it is not configured, or its/);
  });

  it("is stopped on purpose, is healthy, and is started again", async (t) => {
    const rig = await withServer(t);
    await rig.until("it runs", isIn(rig, "Running"));
    const { provisionedAt } = rig.server(SERVER_ID).status;
    await rig.change(SERVER, SERVER_ID, wanted({ desired: "stopped" }));
    await rig.until("it is off", isIn(rig, "Stopped"));
    assert.equal(reason(rig.server(SERVER_ID), "Healthy"), "Healthy");
    await rig.change(SERVER, SERVER_ID, wanted({ desired: "running" }));
    await rig.until("it runs again", isIn(rig, "Running"));
    assert.equal(rig.server(SERVER_ID).status.provisionedAt, provisionedAt);
  });

  it("carries out a reboot once", async (t) => {
    const rig = await withServer(t);
    await rig.until("it runs", isIn(rig, "Running"));
    const reboot = { id: "r1", mode: "hard" } as const;
    await rig.change(SERVER, SERVER_ID, wanted({ desired: "running", reboot }));
    await rig.until("it is noted", () => rig.server(SERVER_ID).status.rebootedId === "r1");
    assert.equal(rig.server(SERVER_ID).status.rebooting, true);
    await rig.until("it is over", () => rig.server(SERVER_ID).status.rebooting === undefined);
    await rig.clock.advance(60_000);
    const text = await rig.provider.consoleOutput(ref(rig.server(SERVER_ID)), undefined, {
      signal: t.signal,
    });
    assert.equal(text.split("login:").length - 1, 2, text);
  });

  it("is rebooted once though nobody can look at it right then", async (t) => {
    const rig = await withServer(t);
    await rig.until("it runs", isIn(rig, "Running"));
    const { faults } = rig.provider;
    faults.inject({ on: "rebootServer", effect: { type: "slow", ms: 2_000 }, times: 1 });
    const reboot = { id: "r1", mode: "hard" } as const;
    await rig.change(SERVER, SERVER_ID, wanted({ desired: "running", reboot }));
    await rig.clock.advance(1_000);
    const effect = { type: "fail", code: "provider_unavailable", message: "busy" } as const;
    faults.inject({ on: "observeServer", effect, times: 1 });
    await rig.until("it is noted", () => rig.server(SERVER_ID).status.rebootedId === "r1");
    await rig.until("it is over", () => rig.server(SERVER_ID).status.rebooting === undefined);
    await rig.clock.advance(60_000);
    const text = await rig.provider.consoleOutput(ref(rig.server(SERVER_ID)), undefined, {
      signal: t.signal,
    });
    assert.equal(text.split("login:").length - 1, 2, text);
  });

  it("is restarted when its machine dies, and says why it died", async (t) => {
    const rig = await withServer(t);
    await rig.until("it runs", isIn(rig, "Running"));
    rig.provider.exit(ref(rig.server(SERVER_ID)), "killed by a test");
    await rig.until("it was restarted", () => rig.server(SERVER_ID).status.restarts?.count === 1);
    await rig.until("it runs", isIn(rig, "Running"));
    assert.equal(rig.server(SERVER_ID).status.exitReason, "killed by a test");
    rig.provider.exit(ref(rig.server(SERVER_ID)), "killed again");
    await rig.until(
      "it is reported",
      () => reason(rig.server(SERVER_ID), "Healthy") === "MachineExited",
      5_000,
    );
    await rig.until("it runs", isIn(rig, "Running"));
    assert.equal(rig.server(SERVER_ID).status.restarts?.count, 2);
  });

  it("is made again after a failed boot, then parked, then retried when asked to", async (t) => {
    const fault = { reason: "boot_timeout", message: "no login prompt" } as const;
    const rig = await withServer(
      t,
      {},
      { provider: { faults: [{ on: "boot", fault, times: 3 }] } },
    );
    await rig.until(
      "it is parked",
      () => reason(rig.server(SERVER_ID)) === "CreateRetriesExhausted",
    );
    assert.equal(rig.server(SERVER_ID).status.createFailures, 3);
    await rig.clock.advance(120_000);
    assert.equal(reason(rig.server(SERVER_ID)), "CreateRetriesExhausted");
    await rig.change(SERVER, SERVER_ID, (s) => ({
      ...s,
      status: { ...s.status, createFailures: 0 },
    }));
    await rig.until("it runs", isIn(rig, "Running"));
    assert.equal(reason(rig.server(SERVER_ID)), "Provisioned");
  });

  it("is rebuilt from another image and keeps its address", async (t) => {
    const rig = await withServer(t);
    await rig.until("it runs", isIn(rig, "Running"));
    const before = rig.server(SERVER_ID);
    await rig.change(SERVER, SERVER_ID, withImage(OTHER_IMAGE_ID));
    await rig.until("it is rebuilt", () => {
      const { status } = rig.server(SERVER_ID);
      return status.imageId === OTHER_IMAGE_ID && status.rebuild === undefined;
    });
    await rig.until("it runs", isIn(rig, "Running"));
    assert.equal(rig.server(SERVER_ID).status.privateIP, before.status.privateIP);
    assert.equal(reason(rig.server(SERVER_ID)), "Provisioned");
  });

  it("waits while there is no capacity and goes on when there is", async (t) => {
    const effect = {
      type: "fail",
      code: "no_capacity",
      message: "full",
      retryAfterMs: 500,
    } as const;
    const rig = await withServer(
      t,
      {},
      {
        provider: { faults: [{ on: "ensureServer", effect, times: 2 }] },
      },
    );
    await rig.until("it says so", () => reason(rig.server(SERVER_ID)) === "NoCapacity");
    await rig.until("it runs", isIn(rig, "Running"));
  });

  it("is deleted with its machine", async (t) => {
    const rig = await withServer(t);
    await rig.until("it runs", isIn(rig, "Running"));
    await rig.change(SERVER, SERVER_ID, (s) => ({
      ...s,
      metadata: { ...s.metadata, deletedAt: START },
    }));
    await rig.until("it is gone", () => rig.store.get(SERVER, SERVER_ID) === undefined);
    assert.deepEqual(await rig.provider.listServers({ signal: t.signal }), []);
  });

  it("gets an address of its own, and waits when the pool is used up", async (t) => {
    const rig = await startRig(t);
    const spec = {
      ...network().spec,
      prefix: "10.0.0.0/24",
      reservations: { prefixLength: 25, providerReservedPrefixLength: 28 },
    };
    await rig.put(NETWORK, network(NETWORK_ID, { spec }));
    await rig.put(IMAGE, image());
    const ids = Array.from(
      { length: 128 },
      (_, i) => `aaaaaaaa-0000-4000-8000-${String(i).padStart(12, "0")}`,
    );
    await rig.store.transact((tx) => {
      for (const id of ids) tx.create(SERVER, id, server(id));
    });
    const held = () => ids.flatMap((id) => rig.server(id).allocation?.privateIP ?? []);
    await rig.until("127 have one", () => held().length === 127);
    assert.equal(new Set(held()).size, 127);
    const waiting = ids.filter((id) => rig.server(id).allocation === undefined);
    assert.equal(waiting.length, 1);
    await rig.until("it says so", () => reason(rig.server(waiting[0] ?? "")) === "NoCapacity");
  });
});

describe("a resync", () => {
  it("removes machines that no server stands for, and no other", async (t) => {
    const rig = await withServer(t);
    await rig.until("it runs", isIn(rig, "Running"));
    const id = ref(rig.server(SERVER_ID));
    // A crash between the store and the provider: the record goes, the machine stays.
    await rig.store.transact((tx) => tx.delete(SERVER, SERVER_ID));
    assert.deepEqual(await rig.provider.listServers({ signal: t.signal }), [id]);
    const again = server(SERVER_ID, { incarnation: "bbbbbbbb-0000-4000-8000-000000000002" });
    await rig.put(SERVER, again);
    await rig.until("the new one runs", isIn(rig, "Running"));
    const machines = () => rig.provider.listServers({ signal: t.signal });
    await rig.until("the old machine is gone", async () => (await machines()).length === 1);
    assert.deepEqual(await machines(), [ref(again)]);
  });
});
