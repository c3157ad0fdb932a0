/** How a group of a snapshot cache stands. */
export interface GroupStatus {
  readonly group: string;
  /** It has a snapshot. */
  readonly isConfigured: boolean;
  /** Types of streams that are served from here. */
  readonly leaseCount: number;
  /** The types that are leased. */
  readonly tables: readonly TableStatus[];
}

/** How one type of a group stands. */
export interface TableStatus {
  readonly typeUrl: string;
  readonly isKnown: boolean;
  readonly version: string;
  readonly size: number;
  readonly leaseCount: number;
  readonly watchCount: number;
}
