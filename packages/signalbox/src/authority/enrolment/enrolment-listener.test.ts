import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Channel, clientOf, GrpcError, STATUS } from "@signalbox/grpc";
import { Enrolment } from "#gen/signalbox/enrol/v1/enrol_pb.js";
import { writeCertificateRequest } from "../../credentials/certificate-request.ts";
import { ENROLMENT_NAME } from "../../credentials/enrolment-name.ts";
import { newKeyPair } from "../../credentials/key-pair.ts";
import { addServer, createEnrolmentRig, type EnrolmentRig } from "../testing/enrolment-rig.ts";

const GUESS = `${"a".repeat(43)}.${"0".repeat(64)}`;

/** Enrols over a connection of its own. @returns the code of the status that it ends with */
async function enrol(t: TestContext, rig: EnrolmentRig, token: string): Promise<number> {
  const { host, port } = rig.address;
  const ca = rig.authority.certificatePem;
  const channel = new Channel(`${host}:${port}`, {
    tls: { material: () => ({ ca }), serverName: ENROLMENT_NAME },
  });
  t.after(() => channel.destroy());
  const csr = writeCertificateRequest(await newKeyPair());
  try {
    const credential = { case: "token" as const, value: token };
    await clientOf(Enrolment, channel).enrol({ credential, csr });
    return STATUS.OK;
  } catch (error) {
    assert.ok(error instanceof GrpcError);
    return error.code;
  } finally {
    channel.destroy();
  }
}

test("guesses, from wherever they come, take no machine with a token its turn", async (t) => {
  const rig = await createEnrolmentRig(t, {
    perAddress: { perSecond: 1, burst: 100 },
    total: { perSecond: 1, burst: 2 },
  });
  const { token } = await rig.tokens.mint((await addServer(rig)).metadata);
  const guesses = [];
  for (let i = 0; i < 3; i++) guesses.push(await enrol(t, rig, GUESS));
  const { UNAUTHENTICATED, RESOURCE_EXHAUSTED } = STATUS;
  assert.deepEqual(guesses, [UNAUTHENTICATED, UNAUTHENTICATED, RESOURCE_EXHAUSTED]);
  assert.equal(rig.audited.length, 2, "what came too often is not written down");
  assert.equal(await enrol(t, rig, token), STATUS.OK);
  assert.equal(await enrol(t, rig, GUESS), RESOURCE_EXHAUSTED);
  await rig.clock.advance(1_000);
  assert.equal(await enrol(t, rig, GUESS), UNAUTHENTICATED);
});

test("one address has its limit, whatever it shows", async (t) => {
  const rig = await createEnrolmentRig(t, {
    perAddress: { perSecond: 1, burst: 1 },
    total: { perSecond: 1, burst: 100 },
  });
  const { token } = await rig.tokens.mint((await addServer(rig)).metadata);
  assert.equal(await enrol(t, rig, GUESS), STATUS.UNAUTHENTICATED);
  assert.equal(await enrol(t, rig, token), STATUS.RESOURCE_EXHAUSTED);
});
