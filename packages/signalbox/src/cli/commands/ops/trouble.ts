/** Something that is not as it should be. */
export interface Trouble {
  /** In plain words. */
  readonly what: string;
  /** Since when, ISO 8601, where it is known. */
  readonly since?: string;
  /** What to look at, or to do. */
  readonly lookAt: string;
}
