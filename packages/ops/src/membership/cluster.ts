import type { Member, MemberEvent, MemberUpdate } from "./member.ts";

/**
 * Who is in a cluster: two calls to ask, one to listen, one to say something new of oneself.
 * Backends differ in how members find each other; the suite in `@signalbox/ops/conformance` says
 * what they share.
 */
export interface Cluster {
  /** The process itself. */
  self(): Member;
  /** Everyone known, itself included, by id in bytewise order. The list is the caller's own. */
  members(): Member[];
  /**
   * Calls back at every change, after it shows in `members`. What a listener throws reaches nobody.
   *
   * @returns what takes the listener off
   */
  watch(listener: (event: MemberEvent) => void): () => void;
  /** Changes what the others know of this process. Ids and addresses stay. */
  update(change: MemberUpdate): Promise<void>;
  /** Leaves, and lets go of everything. Others see `left`. */
  close(): Promise<void>;
}
