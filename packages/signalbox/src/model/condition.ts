/** Conditions say in one place what a resource waits for, what failed, and since when. */
export type ConditionType =
  /** The desired state has been carried out. */
  | "Available"
  /** What runs is well. Only servers have one. */
  | "Healthy"
  /** Something that was asked for is not carried out by this region's provider. */
  | "Limited"
  /** Worth knowing, harms nothing (an overlapping prefix, a privileged port). */
  | "Warning";

export type ConditionReason =
  | "Provisioning"
  | "Provisioned"
  | "Errored"
  | "Deprovisioning"
  | "DependencyNotReady"
  | "DependencyFailed"
  | "DependencyNotFound"
  | "Healthy"
  | "Degraded"
  | "Unknown"
  | "NoCapacity"
  | "Unsupported"
  | "Overlap"
  | "PortNotForwarded"
  | "CreateRetriesExhausted"
  | "RebuildFailed"
  | "ImageMissing"
  | "ImageCorrupt"
  | "DiskFull"
  | "ProviderUnavailable"
  | "MachineExited"
  /** Its machine was gone and was made again; what the disk held is lost. */
  | "MachineReplaced"
  | "BootTimeout";

export interface Condition {
  readonly type: ConditionType;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: ConditionReason;
  /** For the person who reads it: what happened and what to do. */
  readonly message: string;
  /** When status or reason last changed; RFC 3339. */
  readonly since: string;
  /** `metadata.generation` of the desired state that this speaks of. */
  readonly observedGeneration: number;
}

/** What a writer says; `since` follows from what was there before. */
export type ConditionUpdate = Omit<Condition, "since">;

/** The conditions with `update` in place of the one of its type. */
export function withCondition(
  conditions: readonly Condition[],
  update: ConditionUpdate,
  nowMs: number,
): readonly Condition[] {
  const before = conditions.find((condition) => condition.type === update.type);
  const unchanged =
    before !== undefined && before.status === update.status && before.reason === update.reason;
  const since = unchanged ? before.since : new Date(nowMs).toISOString();
  return [...conditions.filter((c) => c.type !== update.type), { ...update, since }].sort((a, b) =>
    a.type < b.type ? -1 : 1,
  );
}

export function findCondition(
  conditions: readonly Condition[],
  type: ConditionType,
): Condition | undefined {
  return conditions.find((condition) => condition.type === type);
}

/** The conditions without the one of `type`. */
export function withoutCondition(
  conditions: readonly Condition[],
  type: ConditionType,
): readonly Condition[] {
  return conditions.filter((condition) => condition.type !== type);
}
