import type { CancelTimer, Clock } from "@signalbox/base";
import { SnapshotCache, type SnapshotCacheOptions } from "../cache/snapshot-cache.ts";
import { Snapshot } from "../cache/snapshot.ts";
import type { Acknowledgement, Refusal } from "../stream/type-machine.ts";
import type { Node } from "../wire/node.ts";
import type { StreamInfo, XdsCallbacks } from "./callbacks.ts";

/** How a rollout ended. */
export type RolloutOutcome =
  | { readonly kind: "promoted"; readonly group: string; readonly snapshot: Snapshot }
  | {
      readonly kind: "rolled-back";
      readonly group: string;
      readonly snapshot: Snapshot;
      readonly refusal: Refusal;
    };

/** Who the canaries are, and how long their word is waited for. */
export interface CanaryRolloutOptions {
  readonly clock: Clock;
  /** Whose word counts: the nodes that get every snapshot first. */
  readonly isCanary: (node: Node) => boolean;
  /** As for `SnapshotCache`. Default: each node id is a group. */
  readonly groupOf?: (node: Node) => string;
  /**
   * A snapshot that no canary refused for this long is good, though some of its types were not
   * accepted: no canary may want what changed. Default 30 s.
   */
  readonly soakMs?: number;
  /** Told of each snapshot that everyone got, or that was taken back. Default: nobody is. */
  readonly onOutcome?: (outcome: RolloutOutcome) => void;
  /** For the cache that the rollout makes. Default: its own. */
  readonly cacheOptions?: Omit<SnapshotCacheOptions, "groupOf">;
}

interface Candidate {
  readonly snapshot: Snapshot;
  /** Changed types that no canary has accepted yet. */
  readonly open: Set<string>;
  readonly cancelSoak: CancelTimer;
}

interface Group {
  lastGood: Snapshot | undefined;
  candidate: Candidate | undefined;
  /** Ids of the open streams of canaries. */
  readonly canaries: Set<number>;
  /** Type URL → the version that a node accepted last, of types that were published. */
  readonly acked: Map<string, string>;
}

const SOAK_MS = 30_000;
const CANARY_SUFFIX = " (canary)";

/**
 * Gives snapshots to the canaries of a group first, and to everyone when they took it. When a
 * canary refuses, the canaries go back to the last good snapshot and nobody else ever sees the bad
 * one (xds §5). The word of other nodes never takes anything back: one broken client must not.
 *
 * @example
 * ```ts
 * const rollout = new CanaryRollout({ clock, isCanary: ({ id }) => id.startsWith("canary-") });
 * const xds = new XdsServer({ cache: rollout.cache, callbacks: rollout.callbacks });
 * rollout.publish("edge", snapshot);
 * ```
 */
export class CanaryRollout {
  readonly #options: CanaryRolloutOptions;
  readonly #groups = new Map<string, Group>();
  /** What the server serves. Its groups are written by `publish` alone. */
  readonly cache: SnapshotCache;
  /** For the server; `joinCallbacks` puts others beside them. */
  readonly callbacks: XdsCallbacks;

  constructor(options: CanaryRolloutOptions) {
    this.#options = options;
    this.cache = new SnapshotCache({
      ...options.cacheOptions,
      groupOf: (node) =>
        options.isCanary(node) ? this.#groupOf(node) + CANARY_SUFFIX : this.#groupOf(node),
    });
    this.callbacks = {
      onNode: (stream, node) => this.#came(stream.id, node),
      onNodeChange: ({ id, node }, before) => {
        this.#left(id, before);
        if (node !== undefined) this.#came(id, node);
      },
      onAck: (stream, ack) => this.#accepted(stream, ack),
      onNack: (stream, refusal) => this.#refused(stream, refusal),
      onStreamClose: ({ id, node }) => {
        if (node !== undefined) this.#left(id, node);
      },
    };
  }

  /** The snapshot that everyone has, or is to go back to. */
  lastGood(group: string): Snapshot | undefined {
    return this.#groups.get(group)?.lastGood;
  }

  /** The version of a type that a node of the group, canary or not, accepted last. */
  lastAcked(group: string, typeUrl: string): string | undefined {
    return this.#groups.get(group)?.acked.get(typeUrl);
  }

  /** The snapshot that the canaries try at present. */
  candidate(group: string): Snapshot | undefined {
    return this.#groups.get(group)?.candidate?.snapshot;
  }

  /** Rolls a snapshot out; one that is being tried gives way to it. Without canaries all get it. */
  publish(group: string, snapshot: Snapshot): void {
    const state = this.#group(group);
    state.candidate?.cancelSoak();
    state.candidate = undefined;
    this.cache.setSnapshot(group + CANARY_SUFFIX, snapshot);
    const open = changedTypes(state.lastGood, snapshot);
    if (state.canaries.size === 0 || open.size === 0) {
      this.#promote(group, state, snapshot);
      return;
    }
    const { clock, soakMs = SOAK_MS } = this.#options;
    const cancelSoak = clock.after(soakMs, () => this.#promote(group, state, snapshot));
    state.candidate = { snapshot, open, cancelSoak };
  }

  /** Stops waiting. What is being tried stays with the canaries. */
  close(): void {
    for (const { candidate } of this.#groups.values()) candidate?.cancelSoak();
    this.#groups.clear();
  }

  #accepted({ node }: StreamInfo, { typeUrl, version }: Acknowledgement): void {
    if (node !== undefined) this.#noteAcked(this.#groupOf(node), typeUrl, version);
    const [group, state] = this.#canaryGroup(node);
    const candidate = state?.candidate;
    if (state === undefined || candidate?.snapshot.version(typeUrl) !== version) return;
    candidate.open.delete(typeUrl);
    if (candidate.open.size === 0) this.#promote(group, state, candidate.snapshot);
  }

  #noteAcked(name: string, typeUrl: string, version: string): void {
    const { acked, lastGood, candidate } = this.#groups.get(name) ?? {};
    const isPublished = (snapshot: Snapshot | undefined): boolean =>
      snapshot?.version(typeUrl) !== undefined;
    if (isPublished(lastGood) || isPublished(candidate?.snapshot)) acked?.set(typeUrl, version);
  }

  #refused({ node }: StreamInfo, refusal: Refusal): void {
    const [group, state] = this.#canaryGroup(node);
    const candidate = state?.candidate;
    if (state === undefined || candidate === undefined) return;
    if (candidate.snapshot.version(refusal.typeUrl) !== refusal.version) return;
    candidate.cancelSoak();
    state.candidate = undefined;
    const { snapshot } = candidate;
    if (state.lastGood === undefined) this.cache.clear(group + CANARY_SUFFIX);
    else this.cache.setSnapshot(group + CANARY_SUFFIX, state.lastGood);
    this.#options.onOutcome?.({ kind: "rolled-back", group, snapshot, refusal });
  }

  #promote(group: string, state: Group, snapshot: Snapshot): void {
    state.candidate?.cancelSoak();
    state.candidate = undefined;
    state.lastGood = snapshot;
    this.cache.setSnapshot(group, snapshot);
    this.#options.onOutcome?.({ kind: "promoted", group, snapshot });
  }

  #came(streamId: number, node: Node): void {
    if (this.#options.isCanary(node)) this.#group(this.#groupOf(node)).canaries.add(streamId);
  }

  /** A group that nothing was published for goes with its last canary. */
  #left(streamId: number, node: Node): void {
    const [name, state] = this.#canaryGroup(node);
    state?.canaries.delete(streamId);
    if (state?.canaries.size !== 0 || state.lastGood !== undefined) return;
    if (state.candidate === undefined) this.#groups.delete(name);
  }

  #canaryGroup(node: Node | undefined): readonly [string, Group | undefined] {
    if (node === undefined || !this.#options.isCanary(node)) return ["", undefined];
    const group = this.#groupOf(node);
    return [group, this.#groups.get(group)];
  }

  #groupOf(node: Node): string {
    return this.#options.groupOf?.(node) ?? node.id;
  }

  #group(name: string): Group {
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = { lastGood: undefined, candidate: undefined, canaries: new Set(), acked: new Map() };
      this.#groups.set(name, group);
    }
    return group;
  }
}

function changedTypes(before: Snapshot = Snapshot.EMPTY, after: Snapshot): Set<string> {
  const types = new Set([...before.typeUrls, ...after.typeUrls]);
  return new Set([...types].filter((type) => before.version(type) !== after.version(type)));
}
