import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findCondition } from "../../model/condition.ts";
import type { Image } from "../../model/image.ts";
import { IMAGE, NETWORK, SERVER } from "../../model/kinds.ts";
import { checksumMismatch } from "../../providers/simulated/faults.ts";
import { image, network, server, SERVER_ID, START } from "../testing/fixtures.ts";
import { type Rig, startRig } from "../testing/rig.ts";

const NEW_ID = "dddddddd-0000-4000-8000-000000000001";
const URI = "https://images.example/disk.qcow2";
const IMPORT = { type: "import", uri: URI, format: "qcow2" } as const;
const SNAPSHOT = {
  type: "snapshot",
  serverId: SERVER_ID,
  sourceImageId: image().metadata.id,
} as const;

const find = (rig: Rig, id = NEW_ID): Image | undefined => rig.store.get(IMAGE, id)?.value;
const is = (rig: Rig, state: Image["status"]["state"]) => () => find(rig)?.status.state === state;
const deleted = <T extends { readonly metadata: object }>(value: T): T => ({
  ...value,
  metadata: { ...value.metadata, deletedAt: START },
});

async function withRunningServer(rig: Rig): Promise<void> {
  await rig.put(NETWORK, network());
  await rig.put(IMAGE, image());
  await rig.put(SERVER, server());
  await rig.until("it runs", () => rig.server(SERVER_ID).status.powerState === "Running");
}

describe("an image", () => {
  it("is imported, with progress, and becomes ready with its digest", async (t) => {
    const rig = await startRig(t, { provider: { delays: { importMs: 20_000 } } });
    await rig.put(IMAGE, image(NEW_ID, IMPORT, "pending"));
    await rig.until("progress", () => (find(rig)?.status.progressPercent ?? 0) >= 50);
    assert.equal(find(rig)?.status.state, "creating");
    await rig.until("it is ready", is(rig, "ready"));
    const { status } = find(rig) ?? image();
    assert.match(status.digest ?? "", /^sha256:[0-9a-f]{64}$/);
    assert.equal(status.progressPercent, undefined);
  });

  it("goes on with an import that a restart cut off", async (t) => {
    const rig = await startRig(t);
    await rig.put(IMAGE, image(NEW_ID, IMPORT, "creating"));
    await rig.until("it is ready", is(rig, "ready"));
  });

  it("fails for good when its bytes are wrong, and says why", async (t) => {
    const fault = { on: "importImage", effect: checksumMismatch(URI) } as const;
    const rig = await startRig(t, { provider: { faults: [fault] } });
    await rig.put(IMAGE, image(NEW_ID, IMPORT, "pending"));
    await rig.until("it failed", is(rig, "failed"));
    const available = findCondition(find(rig)?.metadata.conditions ?? [], "Available");
    assert.match(available?.message ?? "", /checksum .* delete it and import it again/);
  });

  it("gives up a source that stays away after so many tries", async (t) => {
    const effect = { type: "fail", code: "provider_unavailable", message: "no answer" } as const;
    const rig = await startRig(t, {
      provider: { faults: [{ on: "importImage", effect }] },
      settings: { imageAttempts: 3 },
    });
    await rig.put(IMAGE, image(NEW_ID, IMPORT, "pending"));
    await rig.until("it failed", is(rig, "failed"));
  });

  it("is deleted in the middle of its import", async (t) => {
    const rig = await startRig(t, { provider: { delays: { importMs: 3_600_000 } } });
    await rig.put(IMAGE, image(NEW_ID, IMPORT, "pending"));
    await rig.until("it began", is(rig, "creating"));
    await rig.change(IMAGE, NEW_ID, deleted);
    await rig.until("it is gone", () => find(rig) === undefined, 60_000);
  });

  it("is taken from a running server, whose deletion waits for it", async (t) => {
    const rig = await startRig(t, { provider: { delays: { snapshotMs: 60_000 } } });
    await withRunningServer(rig);
    const snapshot = image(NEW_ID, SNAPSHOT, "pending");
    const createdAt = new Date(rig.clock.now()).toISOString();
    await rig.put(IMAGE, { ...snapshot, metadata: { ...snapshot.metadata, createdAt } });
    await rig.until("it began", is(rig, "creating"));
    await rig.change(SERVER, SERVER_ID, deleted);
    await rig.until("the deletion waits", () =>
      rig.server(SERVER_ID).metadata.conditions.some(({ message }) => message.includes(NEW_ID)),
    );
    await rig.until("it is ready", is(rig, "ready"));
    await rig.until("the server is gone", () => rig.store.get(SERVER, SERVER_ID) === undefined);
  });

  it("fails when the server of the snapshot is gone", async (t) => {
    const rig = await startRig(t);
    await rig.put(IMAGE, image(NEW_ID, SNAPSHOT, "pending"));
    await rig.until("it failed", is(rig, "failed"));
  });

  it("is not removed while a server uses it", async (t) => {
    const rig = await startRig(t);
    await withRunningServer(rig);
    const { id } = image().metadata;
    await rig.change(IMAGE, id, deleted);
    await rig.until("it waits", () =>
      (find(rig, id)?.metadata.conditions ?? []).some(({ message }) => message.startsWith("waits")),
    );
    await rig.change(SERVER, SERVER_ID, deleted);
    await rig.until("it is gone", () => find(rig, id) === undefined);
  });
});
