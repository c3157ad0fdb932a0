import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { LinearCache } from "../cache/linear-cache.ts";
import { MuxCache } from "../cache/mux-cache.ts";
import { SnapshotCache } from "../cache/snapshot-cache.ts";
import { TYPE_URLS } from "../resource/resource-types.ts";
import { testResource } from "./testing/answers.ts";
import { joinParty, type Party, talkItOut } from "./testing/party.ts";
import { StreamRig } from "./testing/stream-rig.ts";

const TYPES = [TYPE_URLS.cluster, TYPE_URLS.endpoint] as const;
const NAMES = ["a", "b", "c"] as const;

interface Edit {
  readonly typeUrl: string;
  readonly name: string;
  /** Null deletes. */
  readonly content: string | null;
  readonly isTalkedOut: boolean;
}

const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({
    typeUrl: fc.constantFrom(...TYPES),
    name: fc.constantFrom(...NAMES),
    content: fc.constantFrom("1", "2", null),
    isTalkedOut: fc.boolean(),
  }),
  { maxLength: 25 },
);

const interests = fc.record({
  clusters: fc.uniqueArray(fc.constantFrom(...NAMES, "*"), { minLength: 1 }),
  endpoints: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1 }),
});

/** Clients of one rig with equal interests: both protocols, aggregated and with a stream a type. */
function clients(
  rig: StreamRig,
  interest: { readonly clusters: readonly string[]; readonly endpoints: readonly string[] },
): readonly { readonly parties: readonly Party[]; readonly kind: string }[] {
  const isFullState = (typeUrl: string): boolean => typeUrl === TYPE_URLS.cluster;
  const subscribe = (party: Party, typeUrl: string): void => {
    const names = typeUrl === TYPE_URLS.cluster ? interest.clusters : interest.endpoints;
    for (const name of names) party.model.subscribe(typeUrl, name);
  };
  return (["sotw", "delta"] as const).flatMap((kind) => {
    const join = (): Party => joinParty(rig, kind, { node: { id: "n" }, isFullState });
    const aggregated = join();
    for (const typeUrl of TYPES) subscribe(aggregated, typeUrl);
    const separate = TYPES.map((typeUrl) => {
      const party = join();
      subscribe(party, typeUrl);
      return party;
    });
    return [
      { kind, parties: [aggregated] },
      { kind, parties: separate },
    ];
  });
}

/** What exists of a client's view: the state of the world leaves what is gone of some types. */
function viewOf(
  parties: readonly Party[],
  exists: (typeUrl: string, name: string) => boolean,
): string {
  const rows = TYPES.flatMap((typeUrl) =>
    parties.flatMap(({ model }) =>
      Array.from(model.view(typeUrl), ([name, content]) => ({ typeUrl, name, content })),
    ),
  );
  const present = rows.filter(({ typeUrl, name }) => exists(typeUrl, name));
  return JSON.stringify(present.map((row) => Object.values(row)).toSorted());
}

describe("equal interests end in equal views", () => {
  it("I12: both protocols, aggregated and separate streams, snapshot and linear caches", () => {
    fc.assert(
      fc.property(edits, interests, (list, interest) => {
        const snapshots = new SnapshotCache();
        const linear = new Map(
          TYPES.map((type) => [type, new LinearCache(type, { resources: [] })]),
        );
        snapshots.edit("n", Object.fromEntries(TYPES.map((type) => [type, {}])));
        const rigs = [
          new StreamRig({ cache: snapshots }),
          new StreamRig({ cache: new MuxCache(({ typeUrl }) => linear.get(typeUrl)) }),
        ];
        const everyone = rigs.map((rig) => clients(rig, interest));
        for (const { typeUrl, name, content, isTalkedOut } of list) {
          const edit =
            content === null ? { delete: [name] } : { set: [testResource(typeUrl, name, content)] };
          snapshots.edit("n", { [typeUrl]: edit });
          linear.get(typeUrl)?.update(edit);
          if (!isTalkedOut) continue;
          for (const [i, rig] of rigs.entries()) {
            talkItOut(rig, everyone[i]?.flatMap(({ parties }) => parties) ?? []);
          }
        }
        const exists = (typeUrl: string, name: string): boolean =>
          linear.get(typeUrl)?.get(name) !== undefined;
        const views = new Set<string>();
        for (const [i, rig] of rigs.entries()) {
          const group = everyone[i] ?? [];
          talkItOut(
            rig,
            group.flatMap(({ parties }) => parties),
          );
          for (const { parties } of group) views.add(viewOf(parties, exists));
          for (const { parties } of group) for (const party of parties) party.close();
          rig.close();
        }
        assert.equal(views.size, 1, [...views].join("\n"));
      }),
      { seed: 12, numRuns: 150 },
    );
  });
});
