import assert from "node:assert/strict";
import { test } from "node:test";
import { type Labels, type Metrics, VirtualClock } from "@signalbox/base";
import { LinearCache } from "../cache/linear-cache.ts";
import { AGGREGATED_SERVICE, TYPE_URLS } from "../resource/resource-types.ts";
import { readSotwAnswer, testResource } from "../stream/testing/answers.ts";
import { MemoryCall } from "./testing/memory-call.ts";
import { XdsServer } from "./xds-server.ts";

const CLUSTER = TYPE_URLS.cluster;

/** Counters and gauges by what they are at, histograms by all that was observed. */
function recording(): {
  readonly metrics: Metrics;
  readonly numbers: Map<string, number>;
  readonly observed: Map<string, number[]>;
} {
  const numbers = new Map<string, number>();
  const observed = new Map<string, number[]>();
  const key = (name: string, labels: Labels = {}): string =>
    [name, ...Object.values(labels)].join(" ");
  const metrics: Metrics = {
    counter: ({ name }) => ({
      add: (labels, by = 1) => {
        numbers.set(key(name, labels), (numbers.get(key(name, labels)) ?? 0) + by);
      },
    }),
    gauge: ({ name }) => ({ set: (value, labels) => void numbers.set(key(name, labels), value) }),
    histogram: ({ name }) => ({
      observe: (value, labels) => {
        observed.set(key(name, labels), [...(observed.get(key(name, labels)) ?? []), value]);
      },
    }),
    sampled: () => {},
  };
  return { metrics, numbers, observed };
}

test("streams, requests by kind, and how long a change took to be accepted", async () => {
  const clock = new VirtualClock();
  const { metrics, numbers, observed } = recording();
  const cache = new LinearCache(CLUSTER, { resources: [testResource(CLUSTER, "a", "1")] });
  const turns: (() => void)[] = [];
  const server = new XdsServer({ cache, clock, metrics, soon: (turn) => turns.push(turn) });
  const turn = (): void => {
    for (let next = turns.shift(); next !== undefined; next = turns.shift()) next();
  };
  const { service, sotwMethod } = AGGREGATED_SERVICE;
  const call = new MemoryCall(server, service, sotwMethod);
  const answer = (): ReturnType<typeof readSotwAnswer> => {
    turn();
    return readSotwAnswer(call.read() ?? assert.fail("no answer"));
  };
  const accept = ({ version, nonce }: ReturnType<typeof readSotwAnswer>): void =>
    call.sotw({ typeUrl: CLUSTER, versionInfo: version, responseNonce: nonce });

  call.sotw({ node: { id: "n" }, typeUrl: CLUSTER });
  const first = answer();
  await clock.advance(30);
  accept(first);
  assert.deepEqual(observed.get("xds_ack_seconds sotw cluster"), [0.03]);

  cache.set(testResource(CLUSTER, "b", "1"));
  const second = answer();
  // Two changes while the answer is out: they go together.
  cache.set(testResource(CLUSTER, "c", "1"));
  cache.set(testResource(CLUSTER, "c", "2"));
  turn();
  const { version: versionInfo } = first;
  const errorDetail = { code: 3, message: "no" };
  call.sotw({ typeUrl: CLUSTER, versionInfo, responseNonce: second.nonce, errorDetail });
  const third = answer();
  accept(second);
  await clock.advance(250);
  accept(third);
  turn();

  const numbersOf = (name: string): Record<string, number> =>
    Object.fromEntries([...numbers].filter(([key]) => key.startsWith(`${name} `)));
  assert.deepEqual(numbersOf("xds_requests_total"), {
    "xds_requests_total sotw cluster spontaneous": 1,
    "xds_requests_total sotw cluster ack": 2,
    "xds_requests_total sotw cluster nack": 1,
    "xds_requests_total sotw cluster stale": 1,
  });
  assert.equal(numbers.get("xds_answers_total sotw cluster fresh"), 3);
  assert.equal(numbers.get("xds_streams sotw"), 1);
  assert.equal(numbers.get("xds_coalesced_changes_total sotw cluster"), 1);
  assert.deepEqual(observed.get("xds_convergence_seconds sotw cluster"), [0.25]);
  call.disconnect();
  assert.equal(numbers.get("xds_streams sotw"), 0);
  await server.close();
});
