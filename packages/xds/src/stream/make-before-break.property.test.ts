import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { TYPE_URLS } from "../resource/resource-types.ts";
import { testResource } from "./testing/answers.ts";
import { joinParty, type Party, talkItOut } from "./testing/party.ts";
import { StreamRig } from "./testing/stream-rig.ts";

const { cluster: CLUSTER, endpoint: ENDPOINT, route: ROUTE } = TYPE_URLS;
const NAMES = ["a", "b", "c", "d"] as const;

type Step =
  /** The truth becomes these clusters, each with endpoints, and a route to all of them. */
  | { readonly op: "config"; readonly clusters: readonly string[]; readonly revision: number }
  | { readonly op: "up" | "down" | "turn" };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 1,
      arbitrary: fc.record({
        op: fc.constant("config" as const),
        clusters: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1 }),
        revision: fc.nat({ max: 2 }),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        op: fc.constantFrom("up" as const, "down" as const, "turn" as const),
      }),
    },
  ),
  { maxLength: 100, size: "max" },
);

/** An Envoy: it asks for the endpoints of the clusters that it learns, before it acknowledges. */
class Proxy {
  readonly #party: Party;

  constructor(rig: StreamRig, kind: "sotw" | "delta") {
    this.#party = joinParty(rig, kind, { isFullState: (typeUrl) => typeUrl === CLUSTER });
    this.#party.model.subscribeLegacy(CLUSTER);
    this.#party.model.subscribe(ROUTE, "r");
  }

  get party(): Party {
    return this.#party;
  }

  read(): boolean {
    const { model, waiting } = this.#party;
    const acknowledged = waiting.length;
    const answer = this.#party.down();
    if (answer === undefined) return false;
    if (answer.typeUrl === CLUSTER) {
      for (const name of model.view(CLUSTER).keys()) model.subscribe(ENDPOINT, name);
      for (const name of model.names(ENDPOINT)) {
        if (!model.view(CLUSTER).has(name)) model.unsubscribe(ENDPOINT, name);
      }
      this.#party.postpone(acknowledged);
    }
    this.#assertWhole();
    return true;
  }

  /** Every cluster that the route names is there, and has had endpoints. */
  #assertWhole(): void {
    const { model } = this.#party;
    const routes = model.view(ROUTE).get("r");
    for (const name of routes === undefined ? [] : (routes.split(" ")[1]?.split(",") ?? [])) {
      assert.ok(model.view(CLUSTER).has(name), `I11: the route leads to ${name}, which is gone`);
      assert.ok(model.view(ENDPOINT).has(name), `I11: ${name} has no endpoints yet`);
    }
  }
}

function configure(rig: StreamRig, clusters: readonly string[], revision: number): void {
  const content = String(revision);
  // Whatever the order of the writes: streams see them in one turn.
  rig.cache.set(ROUTE, [testResource(ROUTE, "r", `${content} ${clusters.join(",")}`)]);
  rig.cache.set(
    CLUSTER,
    clusters.map((name) => testResource(CLUSTER, name, content)),
  );
  rig.cache.set(
    ENDPOINT,
    clusters.map((name) => testResource(ENDPOINT, name, content)),
  );
}

describe("make before break (xds §2.3 [R])", () => {
  for (const kind of ["sotw", "delta"] as const) {
    it(`I11 ${kind}: no route ever leads nowhere`, () => {
      fc.assert(
        fc.property(steps, (list) => {
          const rig = new StreamRig({ ordering: "makeBeforeBreak" });
          configure(rig, ["a"], 0);
          const proxy = new Proxy(rig, kind);
          for (const step of list) {
            if (step.op === "config") configure(rig, step.clusters, step.revision);
            else if (step.op === "up") proxy.party.up();
            else if (step.op === "down") proxy.read();
            else rig.turn();
          }
          for (let isBusy = true; isBusy; ) {
            rig.turn();
            isBusy = proxy.party.up();
            isBusy = proxy.read() || isBusy;
          }
          talkItOut(rig, [proxy.party]);
          const { model } = proxy.party;
          const truth = rig.cache
            .table(CLUSTER)
            .all()
            .map(({ name }) => name);
          assert.deepEqual([...model.view(CLUSTER).keys()].toSorted(), truth.toSorted(), "I2");
          proxy.party.close();
          rig.close();
        }),
        { seed: 11, numRuns: 300 },
      );
    });
  }
});
