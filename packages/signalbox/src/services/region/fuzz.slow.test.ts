import { describe, it, type TestContext } from "node:test";
import { encodeCursor } from "@signalbox/http";
import type { Kind } from "@signalbox/store";
import { IMAGE, NETWORK, SECURITY_GROUP, SERVER, SSH_CA } from "../../model/kinds.ts";
import { REGION_OPERATIONS } from "./operations.ts";
import { type Api, startApi } from "./testing/api.ts";
import {
  base64,
  createAuthority,
  createGroup,
  createNetwork,
  createServer,
  FLAVOR_ID,
  IMAGE_ID,
  OTHER_IMAGE_ID,
  PUBLIC_KEY,
  REGION_ID,
} from "./testing/bodies.ts";
import { fuzzOperations, mostly } from "./testing/fuzz-operations.ts";
import type { Likely } from "./testing/schema-arbitrary.ts";
import { ORGANIZATION, OTHER_ORGANIZATION, OTHER_PROJECT, PROJECT } from "./testing/tenants.ts";

const ROUNDS = 21;
const REQUESTS_A_ROUND = 1_000;

describe("any request", () => {
  for (let round = 1; round <= ROUNDS; round++) {
    it(`is answered as declared, seed ${round}`, async (t) => {
      await fuzz(t, round);
    });
  }
});

async function fuzz(t: TestContext, seed: number): Promise<void> {
  const api = await startApi(t);
  const networkId = await createNetwork(api);
  await createGroup(api, networkId);
  await createAuthority(api);
  await createServer(api, networkId);
  const requests = REQUESTS_A_ROUND;
  await fuzzOperations(api, REGION_OPERATIONS, likelyValues(api), { seed, requests });
}

/** Up to a few of each kind, so that requests meet what others have made. */
function likelyValues({ store }: Api): Likely {
  const made = (kind: Kind<never>) => (): readonly string[] =>
    store.list(kind, { limit: 8 }).items.map(({ id }) => id);
  const values: Readonly<Record<string, () => readonly string[]>> = {
    network: made(NETWORK),
    securitygroup: made(SECURITY_GROUP),
    sshcertificateauthority: made(SSH_CA),
    server: made(SERVER),
    image: () => [IMAGE_ID, OTHER_IMAGE_ID, ...made(IMAGE)()],
    organization: () => mostly(ORGANIZATION, OTHER_ORGANIZATION),
    project: () => mostly(PROJECT, OTHER_PROJECT),
    region: () => [REGION_ID],
    flavor: () => [FLAVOR_ID],
    prefix: () => mostly("10.1.0.0/16", "10.1.0.0/28", "fd00::/8", "10.1.0.1"),
    nexthop: () => mostly("10.1.0.1", "10.9.0.1"),
    dnsnameserver: () => mostly("192.0.2.1", "::1"),
    allowedsourceaddresse: () => mostly("10.0.0.0/8", "10.0.0.1"),
    publickey: () => mostly(PUBLIC_KEY, `${PUBLIC_KEY} x`, "ssh-rsa AAAA"),
    uri: () => mostly("https://images.example.com/allowed/a", "file:///allowed/../a", "ftp://x"),
    userdata: () => mostly("#!/bin/sh", "#cloud-config", "\x1f\x8b", "x", "").map(base64),
    cursor: () => [encodeCursor(IMAGE_ID), "x"],
    tag: () => ["a=b", "a", "a=b=c"],
    name: () => mostly("web", "db", "a-1", "images.unikorn-cloud.org:source"),
    reference: () => ["stores.example.org/one", "stores.example.org%2Ftwo", "a b"],
    version: () => mostly("v1.2.3", "13"),
  };
  return (name) => values[name.toLowerCase().replace(/(?:id)?s?$/, "")]?.() ?? ["a", "b"];
}
