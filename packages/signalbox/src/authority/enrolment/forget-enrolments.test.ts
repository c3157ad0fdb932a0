import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLog } from "@signalbox/base";
import { deleteResource, waitForResource } from "@signalbox/store";
import { writeCertificateRequest } from "../../credentials/certificate-request.ts";
import { newKeyPair } from "../../credentials/key-pair.ts";
import { JOIN_TOKEN, NODE_ENROLMENT, SERVER } from "../../model/kinds.ts";
import { addServer, createEnrolmentRig, HOUR_MS } from "../testing/enrolment-rig.ts";
import { forgetEnrolments, sweep } from "./forget-enrolments.ts";

test("what a deleted server leaves goes with it, and nothing of the others", async (t) => {
  const rig = await createEnrolmentRig(t);
  const stop = new AbortController();
  const done = forgetEnrolments({ ...rig, log: silentLog }, stop.signal);
  const [gone, kept] = [await addServer(rig), await addServer(rig)];
  for (const { metadata } of [gone, kept]) {
    const { token: text } = await rig.tokens.mint(metadata);
    const request = writeCertificateRequest(await newKeyPair());
    await rig.enroller.enrol({ credential: { type: "token", text }, request });
  }
  await deleteResource(rig.store, SERVER, gone.metadata.id);
  const isGone = (resource: unknown): boolean => resource === undefined;
  await waitForResource(rig.store, NODE_ENROLMENT, gone.metadata.id, isGone);
  assert.deepEqual(
    rig.store.list(NODE_ENROLMENT).items.map(({ id }) => id),
    [kept.metadata.id],
  );
  assert.equal(rig.store.list(JOIN_TOKEN).items.length, 1);
  stop.abort();
  await done;
  assert.equal(rig.store.stats().watchers, 0);
});

test("tokens go when they have expired", async (t) => {
  const rig = await createEnrolmentRig(t);
  const { metadata } = await addServer(rig);
  await rig.tokens.mint(metadata);
  const { revision } = rig.store;
  await sweep(rig);
  assert.equal(rig.store.revision, revision, "nothing to do is nothing written");
  await rig.clock.advance(HOUR_MS);
  await sweep(rig);
  assert.equal(rig.store.list(JOIN_TOKEN).items.length, 0);
});
