/** How a member is, as far as it is known. A static cluster knows of nothing but `alive`. */
export type MemberState = "alive" | "suspect" | "draining" | "dead" | "left";

/** One process of a cluster. */
export interface Member {
  readonly id: string;
  /** `host:port` */
  readonly addr: string;
  /** Whether it is the process that was asked. */
  readonly self: boolean;
  readonly state: MemberState;
  /** Grows with each change of the member, so that the later of two reports is known. */
  readonly incarnation: number;
  readonly tags: Readonly<Record<string, string>>;
  /** Wall-clock time of its last change of state. */
  readonly sinceMs: number;
  /** Its readiness, where it tells. */
  readonly health?: "healthy" | "degraded" | "unhealthy" | undefined;
}

/** What a member says of itself, and may change. */
export type MemberUpdate = Partial<Pick<Member, "state" | "tags" | "health">>;

/** A change of the membership. */
export interface MemberEvent {
  readonly type: "joined" | "updated" | "left";
  readonly member: Member;
}

/** The contract's three keys (ops §5), as `/info` shows a member. */
export function briefMember({ id, addr, self }: Member): Pick<Member, "id" | "addr" | "self"> {
  return { id, addr, self };
}

/** All that is known, the contract's keys first, as `/members` shows a member. */
export function fullMember(member: Member): Record<string, unknown> {
  const { state, incarnation, tags, sinceMs, health } = member;
  const since = new Date(sinceMs).toISOString();
  return { ...briefMember(member), state, incarnation, tags, since, health };
}
