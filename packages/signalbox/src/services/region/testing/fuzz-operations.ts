import assert from "node:assert/strict";
import type { Operation } from "@signalbox/http";
import fc from "fast-check";
import type { Api } from "./api.ts";
import { type Likely, schemaArbitrary } from "./schema-arbitrary.ts";

/** What the pipeline may answer to any request at all. */
const ANYWHERE = new Set([400, 401, 403, 404, 405, 413, 414, 415, 431]);

/** An operation, whatever its services. */
type Fuzzed = Pick<
  Operation<never>,
  "id" | "method" | "path" | "params" | "query" | "body" | "responses"
>;

interface FuzzRequest {
  readonly operation: Fuzzed;
  readonly path: string;
  readonly as: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string | Buffer | undefined;
}

/**
 * Sends random requests, most of them well formed, and holds each answer against what its
 * operation declares.
 *
 * @param likely values that requests draw by the names of their fields, so that they meet what
 *   others have made
 */
export async function fuzzOperations(
  api: Api,
  operations: readonly Fuzzed[],
  likely: Likely,
  { seed, requests }: { readonly seed: number; readonly requests: number },
): Promise<void> {
  const statuses = new Map<number, number>();
  const property = fc.asyncProperty(requestArbitrary(operations, likely), async (request) => {
    const status = await send(api, request);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  });
  await fc.assert(property, { seed, numRuns: requests, endOnFailure: true });
  // Requests that never get past validation would prove little.
  const good = [...statuses].filter(([status]) => status < 300);
  assert(
    good.reduce((sum, [, count]) => sum + count, 0) > requests / 5,
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

function requestArbitrary(
  operations: readonly Fuzzed[],
  likely: Likely,
): fc.Arbitrary<FuzzRequest> {
  // Made once an operation: to make them takes as long as what the requests do.
  return fc.oneof(
    ...operations.map((operation) =>
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
    ),
  );
}

/** The first is drawn about four times out of five. */
export function mostly(usual: string, ...others: readonly string[]): readonly string[] {
  return [...Array<string>(4 * others.length).fill(usual), ...others];
}

function pathArbitrary({ path, params, query }: Fuzzed, likely: Likely): fc.Arbitrary<string> {
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
  { body }: Fuzzed,
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
