/** A user of the host. */
export interface Account {
  readonly uid: number;
  /** Absent when the host has no name for it. */
  readonly name: string | undefined;
}

/** `root`, or `uid 1000` for a user without a name. */
export function accountText({ uid, name }: Account): string {
  return name ?? `uid ${uid}`;
}
