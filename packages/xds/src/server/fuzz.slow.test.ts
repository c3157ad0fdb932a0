import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom, VirtualClock } from "@signalbox/base";
import { LinearCache } from "../cache/linear-cache.ts";
import { AGGREGATED_SERVICE, TYPE_URLS } from "../resource/resource-types.ts";
import { testResource } from "../stream/testing/answers.ts";
import { heapInUse } from "../testing/heap-in-use.ts";
import { MemoryCall } from "./testing/memory-call.ts";
import { XdsServer } from "./xds-server.ts";

const REQUESTS = 1_000_000;
const REQUESTS_A_STREAM = 200;
const MESSAGES = 100_000;
/** What may come and go between two measurements of the heap. */
const SLACK_BYTES = 2 << 20;
const CLUSTER = TYPE_URLS.cluster;
const NAMES = ["a", "b", "*", "", "xdstp://a/T/*", "xdstp:", "xdstp://a/T/x?b&a#c", "\u0000", "ä"];
const TYPES = [CLUSTER, TYPE_URLS.endpoint, "other", "x/y"];

/** A client that says anything, in any order, about answers that it may or may not have got. */
class Babbler {
  readonly #random: () => number;

  constructor(seed: number) {
    const random = seededRandom(seed);
    this.#random = () => random.fraction();
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)] as T;
  }

  some<T>(list: readonly T[]): T[] {
    return list.filter(() => this.#random() < 0.25);
  }

  chance(part: number): boolean {
    return this.#random() < part;
  }

  say(call: MemoryCall, kind: "sotw" | "delta", lastNonce: string): void {
    const responseNonce = this.chance(0.6) ? lastNonce : this.pick(["", "0", "x", "9999999"]);
    const common = {
      typeUrl: this.pick(TYPES),
      responseNonce,
      ...(this.chance(0.2) ? { errorDetail: { code: 13, message: "no" } } : {}),
      ...(this.chance(0.1) ? { node: { id: this.pick(NAMES) } } : {}),
    };
    if (kind === "sotw") {
      call.sotw({ ...common, versionInfo: this.pick(NAMES), resourceNames: this.some(NAMES) });
      return;
    }
    call.delta({
      ...common,
      resourceNamesSubscribe: this.some(NAMES),
      resourceNamesUnsubscribe: this.some(NAMES),
      initialResourceVersions: this.chance(0.1) ? { a: "1", b: "2" } : {},
    });
  }
}

/** A server that is told anything, and that nothing is left of. */
async function babble(requests: number, seed: number): Promise<void> {
  const babbler = new Babbler(seed);
  const clock = new VirtualClock();
  const turns: (() => void)[] = [];
  const cache = new LinearCache(CLUSTER, { resources: [testResource(CLUSTER, "a", "1")] });
  let lastNonce = "0";
  const server = new XdsServer({
    cache,
    clock,
    soon: (callback) => turns.push(callback),
    callbacks: { onResponse: (_stream, { nonce }) => void (lastNonce = nonce) },
  });
  const turn = (): void => {
    for (const run of turns.splice(0)) run();
  };
  let ended = 0;
  for (let sent = 0; sent < requests; sent += REQUESTS_A_STREAM) {
    const kind = babbler.pick(["sotw", "delta"] as const);
    const { service, sotwMethod, deltaMethod } = AGGREGATED_SERVICE;
    const call = new MemoryCall(server, service, kind === "sotw" ? sotwMethod : deltaMethod);
    for (let i = 0; i < REQUESTS_A_STREAM; i += 1) {
      if (babbler.chance(0.1)) {
        const content = babbler.pick(["1", "2", "3"]);
        cache.set(testResource(CLUSTER, babbler.pick(["a", "b", "xdstp://a/T/x"]), content));
      }
      if (babbler.chance(0.05)) cache.delete(babbler.pick(["a", "b", "xdstp://a/T/x"]));
      babbler.say(call, kind, lastNonce);
      if (babbler.chance(0.5)) turn();
      call.inbox.length = 0;
    }
    if (call.status !== undefined) ended += 1;
    call.disconnect();
  }
  assert.equal(ended, 0, "nothing that was said is a reason to end a stream");
  assert.equal(server.streamCount, 0);
  assert.equal(cache.leaseCount, 0);
  await server.close();
  assert.equal(clock.pending, 0);
}

describe("a server that is told anything", () => {
  it(`${REQUESTS} requests: no crash, nothing left`, async () => {
    await babble(REQUESTS / 10, 6);
    const before = await heapInUse();
    await babble(REQUESTS, 7);
    const grown = (await heapInUse()) - before;
    assert.ok(grown < SLACK_BYTES, `${grown} bytes more than before`);
  });

  it(`${MESSAGES} garbage messages: refused, and nothing left`, async () => {
    const random = seededRandom(8);
    const clock = new VirtualClock();
    const cache = new LinearCache(CLUSTER, { resources: [] });
    const limits = { maxNewStreamsPerSecond: MESSAGES };
    const server = new XdsServer({ cache, clock, limits, soon: (callback) => callback() });
    const { service, sotwMethod, deltaMethod } = AGGREGATED_SERVICE;
    let before = 0;
    for (let i = 0; i < MESSAGES; i += 1) {
      if (i === MESSAGES / 10) before = await heapInUse();
      const call = new MemoryCall(server, service, i % 2 === 0 ? sotwMethod : deltaMethod);
      call.deliver(random.bytes(Math.floor(random.fraction() * 60)));
      call.disconnect();
    }
    const grown = (await heapInUse()) - before;
    assert.ok(grown < SLACK_BYTES, `${grown} bytes more than before`);
    assert.equal(server.streamCount, 0);
    await server.close();
    assert.equal(cache.leaseCount, 0);
    assert.equal(clock.pending, 0);
  });
});
