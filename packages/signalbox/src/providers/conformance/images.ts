import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { systemClock } from "@signalbox/base";
import type { ProviderCapabilities } from "../provider.ts";
import { desiredServer } from "./desired.ts";
import type { BrokenImport, Conform, ProviderHarness } from "./harness.ts";
import { CALM, eventually, prints, reach, refOf, rejectsWith, settles } from "./steps.ts";

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Imports, snapshots and rebuilds. */
export function describeImages(conform: Conform, capabilities: ProviderCapabilities): void {
  describeImport(conform);
  if (capabilities.snapshots) describeSnapshots(conform, capabilities);
  if (capabilities.rebuild) describeRebuild(conform);
}

function describeImport(conform: Conform): void {
  conform("imports an image, says how far it is, and does it once", async (harness) => {
    const imageId = randomUUID();
    const percents: number[] = [];
    const stored = await whilePausing(harness, importInto(harness, imageId, percents));
    assert.match(stored.digest, DIGEST);
    assert.ok(stored.virtualBytes > 0);
    assert.deepEqual(
      percents,
      [...percents].sort((a, b) => a - b),
    );
    assert.ok(percents.every((percent) => percent >= 0 && percent <= 100));
    const again = await whilePausing(harness, importInto(harness, imageId, []));
    assert.deepEqual(again, stored);
    const image = { id: imageId, ...stored };
    await reach(harness, desiredServer(harness, { image, power: "stopped" }));
    await harness.provider.removeImage(imageId, CALM);
    await harness.provider.removeImage(imageId, CALM);
  });

  conform("says why an import failed, and keeps nothing of it", async (harness) => {
    assert.ok(harness.brokenImports.length > 0);
    for (const broken of harness.brokenImports) await failsToImport(harness, broken);
  });
}

function describeSnapshots(conform: Conform, { consoleOutput }: ProviderCapabilities): void {
  conform("refuses a snapshot of what is not there", async ({ provider }) => {
    const gone = { id: randomUUID(), incarnation: randomUUID() };
    const options = { ...CALM, onProgress: () => {} };
    await rejectsWith(provider.snapshotServer(gone, randomUUID(), options), "not_found");
  });

  if (!consoleOutput) return;

  conform("makes an image of a disk that another machine then starts from", async (harness) => {
    const mark = `mark-${randomUUID().slice(0, 8)}`;
    const source = desiredServer(harness, harness.mark.write(mark));
    await reach(harness, source);
    await prints(harness, source, mark);
    const image = await snapshot(harness, source);
    const copy = desiredServer(harness, { ...harness.mark.read(), image });
    await reach(harness, copy);
    const output = await prints(harness, copy, harness.mark.readDone);
    assert.ok(output.includes(mark), `no mark in:\n${output}`);
    await settles(harness, source, "running");

    const fresh = desiredServer(harness, harness.mark.read());
    await harness.provider.removeServer(refOf(source), CALM);
    await reach(harness, fresh);
    const blank = await prints(harness, fresh, harness.mark.readDone);
    assert.ok(!blank.includes(mark), "the mark is on a disk that was not made from the snapshot");
  });

  conform("makes an image of a machine that is off", async (harness) => {
    const source = desiredServer(harness, { power: "stopped" });
    await reach(harness, source);
    const image = await snapshot(harness, source);
    await harness.provider.removeServer(refOf(source), CALM);
    await reach(harness, desiredServer(harness, { image }));
  });
}

function describeRebuild(conform: Conform): void {
  conform("replaces the disk of a machine and keeps its address", async (harness) => {
    const { provider } = harness;
    const server = desiredServer(harness);
    await reach(harness, server);
    const rebuilt = { ...server, image: harness.images[1] };
    await provider.rebuildServer(rebuilt, CALM);
    const state = await eventually(harness, "it runs from the new image", async () => {
      const seen = await provider.ensureServer(rebuilt, CALM);
      assert.notEqual(seen.power, "failed", seen.fault?.message);
      const done = seen.power === "running" && seen.task === undefined;
      return done && seen.imageId === rebuilt.image.id ? seen : undefined;
    });
    assert.equal(state.macAddress, server.macAddress);
    await rejectsWith(provider.rebuildServer(desiredServer(harness), CALM), "not_found");
  });

  conform("never replaces a disk unless asked to", async (harness) => {
    const server = desiredServer(harness, { power: "stopped" });
    await reach(harness, server);
    const state = await reach(harness, { ...server, image: harness.images[1] });
    assert.equal(state.imageId, harness.images[0].id);
  });
}

async function snapshot(
  harness: ProviderHarness,
  source: { readonly id: string; readonly incarnation: string },
): Promise<{ id: string; digest: string; virtualBytes: number }> {
  const id = randomUUID();
  const percents: number[] = [];
  const take = (): Promise<{ digest: string; virtualBytes: number }> =>
    harness.provider.snapshotServer(refOf(source), id, {
      ...CALM,
      onProgress: (percent) => percents.push(percent),
    });
  const stored = await whilePausing(harness, take());
  assert.match(stored.digest, DIGEST);
  assert.ok(stored.virtualBytes > 0);
  assert.ok(percents.every((percent) => percent >= 0 && percent <= 100));
  assert.deepEqual(await whilePausing(harness, take()), stored);
  return { id, ...stored };
}

function importInto(
  harness: ProviderHarness,
  imageId: string,
  percents: number[],
): Promise<{ digest: string; virtualBytes: number }> {
  return harness.provider.importImage(
    { imageId, ...harness.importable, onProgress: (percent) => percents.push(percent) },
    CALM,
  );
}

async function failsToImport(harness: ProviderHarness, broken: BrokenImport): Promise<void> {
  broken.arrange?.();
  const imageId = randomUUID();
  const request = { imageId, ...broken.request, onProgress: () => {} };
  const failing = harness.provider.importImage(request, CALM);
  await rejectsWith(whilePausing(harness, failing), broken.code);
  const stored = await whilePausing(harness, importInto(harness, imageId, []));
  assert.match(stored.digest, DIGEST, broken.title);
}

/**
 * Lets time pass until the call has ended. It may also wait for files, which take real time however
 * far a virtual clock is moved meanwhile: so its deadline is one of real time.
 */
export async function whilePausing<T>(harness: ProviderHarness, call: Promise<T>): Promise<T> {
  const state = { ended: false };
  const ended = Promise.allSettled([call]).then(() => void (state.ended = true));
  const endMs = systemClock.monotonic() + harness.deadlineMs;
  while (!state.ended) {
    assert.ok(systemClock.monotonic() < endMs, `not within ${harness.deadlineMs} ms`);
    await Promise.race([ended, harness.pause()]);
  }
  return call;
}
