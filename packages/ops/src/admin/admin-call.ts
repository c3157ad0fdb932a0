/** One call of the admin API, for the audit log. */
export interface AdminCall {
  /** Wall-clock time at which it came. */
  readonly atMs: number;
  /** Until the answer began. */
  readonly durationMs: number;
  readonly method: string;
  /** Without the query, which may hold anything. */
  readonly path: string;
  /** What the route asks its callers for; absent for open routes and where there is none. */
  readonly permission?: string | undefined;
  /** Who called, once that is proved. */
  readonly user?: string | undefined;
  readonly sourceAddress: string;
  readonly status: number;
  /** Whether it asked to change something. */
  readonly acts: boolean;
}
