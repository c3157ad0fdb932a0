import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { encodeCursor, type Operation } from "@signalbox/http";
import type { Kind } from "@signalbox/store";
import fc from "fast-check";
import { IMAGE, NETWORK, SECURITY_GROUP, SERVER, SSH_CA } from "../../model/kinds.ts";
import { REGION_OPERATIONS } from "./operations.ts";
import type { RegionServices } from "./region-services.ts";
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
import { type Likely, schemaArbitrary } from "./testing/schema-arbitrary.ts";
import { ORGANIZATION, OTHER_ORGANIZATION, OTHER_PROJECT, PROJECT } from "./testing/tenants.ts";

const ROUNDS = 21;
const REQUESTS_A_ROUND = 1_000;

/** What the pipeline may answer to any request at all. */
const ANYWHERE = new Set([400, 401, 403, 404, 405, 413, 414, 415, 431]);

interface FuzzRequest {
  readonly operation: Operation<RegionServices>;
  readonly path: string;
  readonly as: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string | Buffer | undefined;
}

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
  const statuses = new Map<number, number>();
  const property = fc.asyncProperty(requestArbitrary(api), async (request) => {
    const status = await send(api, request);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  });
  await fc.assert(property, { seed, numRuns: REQUESTS_A_ROUND, endOnFailure: true });
  // Requests that never get past validation would prove little.
  const good = [...statuses].filter(([status]) => status < 300);
  assert(
    good.reduce((sum, [, count]) => sum + count, 0) > REQUESTS_A_ROUND / 5,
    `too few succeed: ${JSON.stringify([...statuses])}`,
  );
}

async function send(
  api: Api,
  { operation, path, as, headers, payload }: FuzzRequest,
): Promise<number> {
  const answer = await api.server.inject({
    method: operation.method,
    url: path,
    headers: { ...headers, ...(as === "" ? {} : { authorization: `Bearer ${as}` }) },
    ...(payload === undefined ? {} : { payload }),
  });
  const status = answer.statusCode;
  const declared = operation.responses[status] !== undefined || ANYWHERE.has(status);
  assert(declared && status !== 500, `${operation.id} ${path}: ${status} ${answer.payload}`);
  if (status >= 400) {
    const body = JSON.parse(answer.payload) as Record<string, unknown>;
    for (const member of ["error", "error_description", "trace_id"]) {
      assert.equal(typeof body[member], "string", `${operation.id} ${member}`);
    }
  }
  return status;
}

function requestArbitrary(api: Api): fc.Arbitrary<FuzzRequest> {
  const likely = likelyValues(api);
  return fc.constantFrom(...REGION_OPERATIONS).chain((operation) =>
    fc.record({
      operation: fc.constant(operation),
      path: pathArbitrary(operation, likely),
      as: fc.constantFrom(
        "admin",
        "admin",
        "admin",
        "owner",
        "user",
        "reader",
        "stranger",
        "service",
        "",
      ),
      headers: headersArbitrary(),
      payload: payloadArbitrary(operation, likely),
    }),
  );
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

/** The first is drawn about four times out of five. */
function mostly(usual: string, ...others: readonly string[]): readonly string[] {
  return [...Array<string>(4 * others.length).fill(usual), ...others];
}

function pathArbitrary(
  { path, params, query }: Operation<RegionServices>,
  likely: Likely,
): fc.Arbitrary<string> {
  const values =
    params === undefined ? fc.constant({}) : fc.record(elements(params.properties, likely));
  const { watch: _endless, ...searched } = query?.properties ?? {};
  const search = fc.record(elements(searched, likely), { requiredKeys: [] });
  return fc.tuple(values, search).map(([filled, found]) => {
    const address = path.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(text((filled as Record<string, unknown>)[name])),
    );
    const pairs = Object.entries(found).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map(
        (one) => `${name}=${encodeURIComponent(text(one))}`,
      ),
    );
    return pairs.length === 0 ? address : `${address}?${pairs.join("&")}`;
  });
}

function elements(
  properties: Readonly<Record<string, Parameters<typeof schemaArbitrary>[0]>>,
  likely: Likely,
): Record<string, fc.Arbitrary<unknown>> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [
      name,
      schemaArbitrary(schema, likely, name),
    ]),
  );
}

/** Lone surrogates have no percent-encoding. */
function text(value: unknown): string {
  return (typeof value === "string" ? value : (JSON.stringify(value) ?? "")).toWellFormed();
}

/** Most requests are plain, or most would fail for their headers. */
function headersArbitrary(): fc.Arbitrary<Record<string, string>> {
  const plain = { "content-type": "application/json" };
  const visible = fc.stringMatching(/^[!-~]{0,12}$/);
  const odd = fc.record(
    {
      "content-type": fc.constantFrom("application/json", "text/plain"),
      "if-match": fc.oneof(fc.constantFrom("*", '"1"', 'W/"1"'), visible),
      "idempotency-key": visible,
      "last-event-id": visible,
      traceparent: visible,
    },
    { requiredKeys: [] },
  );
  return fc.oneof(
    { arbitrary: fc.constant(plain), weight: 9 },
    { arbitrary: odd.map((headers) => ({ ...plain, ...headers })), weight: 1 },
  );
}

function payloadArbitrary(
  { body }: Operation<RegionServices>,
  likely: Likely,
): fc.Arbitrary<string | Buffer | undefined> {
  const raw = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
  if (body === undefined) {
    return fc.oneof(
      { arbitrary: fc.constant(undefined), weight: 9 },
      { arbitrary: raw, weight: 1 },
    );
  }
  const json = schemaArbitrary(body, likely).map((value) => JSON.stringify(value) ?? "");
  return fc.oneof({ arbitrary: json, weight: 20 }, { arbitrary: raw, weight: 1 });
}
