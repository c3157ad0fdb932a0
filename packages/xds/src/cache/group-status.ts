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
  /** The snapshot has the type, be it empty: else its clients wait. */
  readonly isKnown: boolean;
  readonly version: string;
  /** How many resources. */
  readonly size: number;
  /** Streams that are served the type from here. */
  readonly leaseCount: number;
  readonly watchCount: number;
}
