import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { VirtualClock } from "@signalbox/base";
import { Snapshot } from "../cache/snapshot.ts";
import { AGGREGATED_SERVICE, TYPE_URLS } from "../resource/resource-types.ts";
import { readSotwAnswer, type SeenAnswer, testResource } from "../stream/testing/answers.ts";
import { CanaryRollout, type RolloutOutcome } from "./canary-rollout.ts";
import { joinCallbacks } from "./join-callbacks.ts";
import { MemoryCall } from "./testing/memory-call.ts";
import { XdsServer } from "./xds-server.ts";

const { cluster: CLUSTER, endpoint: ENDPOINT } = TYPE_URLS;

const snapshot = (content: string): Snapshot => Snapshot.of([testResource(CLUSTER, "a", content)]);

class Stage {
  readonly clock: VirtualClock = new VirtualClock();
  readonly outcomes: RolloutOutcome["kind"][] = [];
  readonly acks: number[] = [];
  readonly rollout: CanaryRollout = new CanaryRollout({
    clock: this.clock,
    isCanary: ({ id }) => id.startsWith("canary"),
    groupOf: ({ cluster }) => cluster,
    onOutcome: ({ kind }) => this.outcomes.push(kind),
  });
  readonly #turns: (() => void)[] = [];
  readonly server: XdsServer = new XdsServer({
    cache: this.rollout.cache,
    callbacks: joinCallbacks(this.rollout.callbacks, {
      onNode: () => Promise.resolve(),
      onAck: ({ id }) => void this.acks.push(id),
    }),
    clock: this.clock,
    soon: (callback) => this.#turns.push(callback),
  });

  async join(id: string, cluster = "edge"): Promise<Client> {
    const client = new Client(this);
    client.call.sotw({ node: { id, cluster }, typeUrl: CLUSTER });
    await this.clock.advance(0);
    return client;
  }

  turn(): void {
    for (let next = this.#turns.shift(); next !== undefined; next = this.#turns.shift()) next();
  }

  async end(): Promise<void> {
    await this.server.close();
    this.rollout.close();
    assert.equal(this.clock.pending, 0);
  }
}

class Client {
  readonly #stage: Stage;
  readonly call: MemoryCall;
  #last: SeenAnswer | undefined;

  constructor(stage: Stage) {
    this.#stage = stage;
    const { service, sotwMethod } = AGGREGATED_SERVICE;
    this.call = new MemoryCall(stage.server, service, sotwMethod);
  }

  /** Content of the cluster in the next answer. */
  next(): string | undefined {
    this.#stage.turn();
    const message = this.call.read();
    if (message === undefined) return undefined;
    this.#last = readSotwAnswer(message);
    return this.#last.resources[0]?.content;
  }

  say(isRefused: boolean): void {
    const { nonce: responseNonce = "", version: versionInfo = "" } = this.#last ?? {};
    const errorDetail = isRefused ? { errorDetail: { code: 13, message: "no" } } : {};
    this.call.sotw({ typeUrl: CLUSTER, responseNonce, versionInfo, ...errorDetail });
    this.#stage.turn();
  }
}

async function stageWithTwo(): Promise<{ stage: Stage; canary: Client; other: Client }> {
  const stage = new Stage();
  stage.rollout.publish("edge", snapshot("1"));
  const canary = await stage.join("canary-1");
  const other = await stage.join("n");
  for (const client of [canary, other]) {
    assert.equal(client.next(), "1");
    client.say(false);
  }
  return { stage, canary, other };
}

describe("rollout by canaries (xds §5)", () => {
  it("everyone gets what the canaries accepted, after them", async () => {
    const { stage, canary, other } = await stageWithTwo();
    stage.rollout.publish("edge", snapshot("2"));
    assert.equal(other.next(), undefined);
    assert.equal(canary.next(), "2");
    canary.say(false);
    assert.equal(other.next(), "2");
    assert.deepEqual(stage.outcomes, ["promoted", "promoted"]);
    assert.deepEqual(stage.acks, [1, 2, 1]);
    await stage.end();
  });

  it("what a canary refuses nobody else sees, and the canary goes back", async () => {
    const { stage, canary, other } = await stageWithTwo();
    stage.rollout.publish("edge", snapshot("bad"));
    assert.equal(canary.next(), "bad");
    canary.say(true);
    assert.equal(canary.next(), "1");
    assert.equal(other.next(), undefined);
    assert.deepEqual(stage.outcomes, ["promoted", "rolled-back"]);
    assert.equal(stage.rollout.lastGood("edge")?.get(CLUSTER, "a")?.name, "a");
    assert.equal(stage.rollout.candidate("edge"), undefined);
    await stage.end();
  });

  it("the refusal of another node takes nothing back", async () => {
    const { stage, canary, other } = await stageWithTwo();
    stage.rollout.publish("edge", snapshot("2"));
    canary.next();
    canary.say(false);
    assert.equal(other.next(), "2");
    other.say(true);
    assert.equal(canary.next(), undefined);
    assert.deepEqual(stage.outcomes, ["promoted", "promoted"]);
    await stage.end();
  });

  it("what no canary wants is promoted when nobody refused for long enough", async () => {
    const { stage, canary, other } = await stageWithTwo();
    const more = Snapshot.of([
      testResource(CLUSTER, "a", "2"),
      testResource(ENDPOINT, "unwanted", "1"),
    ]);
    stage.rollout.publish("edge", more);
    assert.equal(canary.next(), "2");
    canary.say(false);
    assert.equal(other.next(), undefined);
    await stage.clock.advance(30_000);
    assert.equal(other.next(), "2");
    await stage.end();
  });

  it("tells which version of a type a group accepted last", async () => {
    const { stage, canary, other } = await stageWithTwo();
    const accepted = (group = "edge", type = CLUSTER) => stage.rollout.lastAcked(group, type);
    const [one, two] = [snapshot("1"), snapshot("2")].map((each) => each.version(CLUSTER));
    assert.equal(accepted(), one);
    stage.rollout.publish("edge", snapshot("bad"));
    canary.next();
    canary.say(true);
    assert.equal(accepted(), one);
    canary.next();
    canary.say(false);
    stage.rollout.publish("edge", snapshot("2"));
    canary.next();
    canary.say(false);
    assert.equal(accepted(), two);
    other.next();
    other.say(false);
    assert.equal(accepted(), two);
    assert.equal(accepted("edge", ENDPOINT), undefined);
    assert.equal(accepted("elsewhere"), undefined);
    await stage.end();
  });

  it("a canary that moves to another group is one there", async () => {
    const { stage, canary, other } = await stageWithTwo();
    stage.rollout.publish("core", snapshot("core"));
    canary.call.sotw({ node: { id: "canary-1", cluster: "core" }, typeUrl: CLUSTER });
    await stage.clock.advance(0);
    assert.equal(canary.next(), "core");
    canary.say(false);
    stage.rollout.publish("edge", snapshot("2"));
    assert.equal(other.next(), "2", "edge has no canary any more");
    stage.rollout.publish("core", snapshot("bad"));
    assert.equal(canary.next(), "bad");
    canary.say(true);
    assert.equal(canary.next(), "core");
    assert.deepEqual(stage.outcomes.slice(-1), ["rolled-back"]);
    await stage.end();
  });

  it("without canaries everyone gets a snapshot at once", async () => {
    const { stage, canary, other } = await stageWithTwo();
    canary.call.disconnect();
    stage.rollout.publish("edge", snapshot("2"));
    assert.equal(other.next(), "2");
    await stage.end();
  });
});
