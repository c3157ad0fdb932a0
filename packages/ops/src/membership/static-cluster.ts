import type { Clock } from "@signalbox/base";
import { compareBytes } from "../compare-bytes.ts";
import type { Cluster } from "./cluster.ts";
import type { Member, MemberEvent, MemberUpdate } from "./member.ts";

/** A member as it is configured. */
export interface StaticMember {
  readonly id: string;
  readonly addr: string;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** The members, once and for all. */
export interface StaticClusterOptions {
  readonly clock: Clock;
  readonly self: StaticMember;
  /** Default: none. */
  readonly peers?: readonly StaticMember[] | undefined;
}

/**
 * A cluster of members that are told once and never looked for (ops §5). Peers count as alive:
 * nobody asks them.
 */
export class StaticCluster implements Cluster {
  readonly #clock: Clock;
  readonly #peers: readonly Member[];
  readonly #listeners = new Set<(event: MemberEvent) => void>();
  #self: Member;

  constructor({ clock, self, peers = [] }: StaticClusterOptions) {
    this.#clock = clock;
    this.#self = memberOf(self, true, clock.now());
    this.#peers = peers.map((peer) => memberOf(peer, false, clock.now()));
  }

  self(): Member {
    return this.#self;
  }

  members(): Member[] {
    return [this.#self, ...this.#peers].sort((a, b) => compareBytes(a.id, b.id));
  }

  watch(listener: (event: MemberEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  update({ state, tags, health }: MemberUpdate): Promise<void> {
    const before = this.#self;
    this.#change({
      ...before,
      state: state ?? before.state,
      tags: tags === undefined ? before.tags : Object.freeze({ ...tags }),
      health: health ?? before.health,
      sinceMs: (state ?? before.state) === before.state ? before.sinceMs : this.#clock.now(),
    });
    this.#tell("updated");
    return Promise.resolve();
  }

  close(): Promise<void> {
    if (this.#self.state === "left") return Promise.resolve();
    this.#change({ ...this.#self, state: "left", sinceMs: this.#clock.now() });
    this.#tell("left");
    this.#listeners.clear();
    return Promise.resolve();
  }

  #change(member: Member): void {
    this.#self = Object.freeze({ ...member, incarnation: member.incarnation + 1 });
  }

  #tell(type: MemberEvent["type"]): void {
    const event: MemberEvent = Object.freeze({ type, member: this.#self });
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch {
        // One listener must not cost the others their event.
      }
    }
  }
}

function memberOf({ id, addr, tags = {} }: StaticMember, self: boolean, sinceMs: number): Member {
  return Object.freeze({
    id,
    addr,
    self,
    state: "alive",
    incarnation: 0,
    tags: Object.freeze({ ...tags }),
    sinceMs,
  });
}
