/** A job inside QEMU, as `query-jobs` lists it. */
export interface BlockJob {
  readonly id: string;
  readonly status: string;
  /** 0 to 100. */
  readonly percent: number;
  readonly error: string | undefined;
}

/** Reads the list; what is not a job is left out. */
export function parseBlockJobs(answer: unknown): readonly BlockJob[] {
  if (!Array.isArray(answer)) return [];
  return answer.flatMap((entry: unknown) => {
    if (typeof entry !== "object" || entry === null) return [];
    const job = entry as Readonly<Record<string, unknown>>;
    const { id, status, error } = job;
    if (typeof id !== "string" || typeof status !== "string") return [];
    const percent = percentOf(job["current-progress"], job["total-progress"]);
    return [{ id, status, percent, error: typeof error === "string" ? error : undefined }];
  });
}

function percentOf(current: unknown, total: unknown): number {
  if (typeof current !== "number" || typeof total !== "number" || total <= 0) return 0;
  return Math.min(100, Math.max(0, (current / total) * 100));
}
