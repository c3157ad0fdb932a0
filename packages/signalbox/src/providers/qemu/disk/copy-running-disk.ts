import { type Clock, Problem } from "@signalbox/base";
import { ROOT_NODE } from "../machine/machine-arguments.ts";
import type { QmpClient } from "../qmp/qmp-client.ts";
import { parseBlockJobs } from "./block-job.ts";

export interface DiskCopy {
  /** Empty qcow2 image of the disk's size, absolute path. */
  readonly target: string;
  /** Unlike any other of this machine. */
  readonly jobId: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (percent: number) => void;
}

const POLL_MS = 250;
/** By this prefix a later daemon knows the jobs of an earlier one. */
export const SNAPSHOT_JOB_PREFIX = "snapshot-";

/**
 * Copies the disk of a running machine as it is at this moment, while the guest goes on writing.
 * What the guest holds in its own memory only is not in it, as after a power cut.
 *
 * @throws Problem `conflict` when the machine ends, `provider_unavailable` when it takes too long
 */
export async function copyRunningDisk(control: QmpClient, snapshot: DiskCopy): Promise<void> {
  const { target, jobId, signal } = snapshot;
  const file = { driver: "file", filename: target };
  await control.execute("blockdev-add", { driver: "qcow2", "node-name": jobId, file }, { signal });
  try {
    await control.execute(
      "blockdev-backup",
      { "job-id": jobId, device: ROOT_NODE, target: jobId, sync: "full", "auto-dismiss": false },
      { signal },
    );
    await awaitJob(control, snapshot);
  } finally {
    await endCopy(control, jobId);
  }
}

async function awaitJob(control: QmpClient, snapshot: DiskCopy): Promise<void> {
  const { jobId, clock, signal, timeoutMs, onProgress } = snapshot;
  const deadlineMs = clock.monotonic() + timeoutMs;
  for (;;) {
    const jobs = parseBlockJobs(await control.execute("query-jobs", {}, { signal }));
    const job = jobs.find(({ id }) => id === jobId);
    if (job === undefined) throw new Problem("conflict", "the snapshot was interrupted");
    if (job.status === "concluded") {
      if (job.error === undefined) return;
      throw new Problem("provider_unavailable", "the disk could not be copied", {
        cause: new Error(job.error),
      });
    }
    onProgress(job.percent);
    if (clock.monotonic() > deadlineMs) {
      throw new Problem("provider_unavailable", "the snapshot took too long and was given up");
    }
    await clock.sleep(POLL_MS, { signal });
  }
}

/** Takes a job and its target away, whatever state they are in. */
export async function endCopy(control: QmpClient, jobId: string): Promise<void> {
  const attempt = (command: string, args: Readonly<Record<string, unknown>>) =>
    control.execute(command, args).catch(() => undefined);
  await attempt("job-cancel", { id: jobId });
  // A job concludes a moment after it was cancelled; until then it cannot be dismissed.
  await untilConcluded(control, jobId);
  await attempt("job-dismiss", { id: jobId });
  await attempt("blockdev-del", { "node-name": jobId });
}

async function untilConcluded(control: QmpClient, jobId: string): Promise<void> {
  for (let looks = 0; looks < 100 && !control.closed; looks += 1) {
    const answer = await control.execute("query-jobs").catch(() => []);
    const job = parseBlockJobs(answer).find(({ id }) => id === jobId);
    if (job === undefined || job.status === "concluded") return;
  }
}

/** Ends what a daemon that is gone had begun. */
export async function endForgottenCopies(control: QmpClient): Promise<void> {
  const answer = await control.execute("query-jobs").catch(() => []);
  for (const { id } of parseBlockJobs(answer)) {
    if (id.startsWith(SNAPSHOT_JOB_PREFIX)) await endCopy(control, id);
  }
}
