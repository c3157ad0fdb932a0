import { type DiskSpace, LOW_FACTOR } from "../../daemon/ops/disk-space.ts";
import { failure, type Judgement, warning, well } from "../finding.ts";
import { bytesText } from "../quantity.ts";

export interface DiskFacts extends DiskSpace {
  /** The data directory, or the nearest directory above it that is there. */
  readonly path: string;
  /** `ops.minFreeDisk`: with less the daemon is not ready. */
  readonly leastFreeBytes: number;
}

/** Told well before the daemon is not ready for want of files: a machine makes some, too. */
const FEW_FILES = 1000;
const MAKE_ROOM =
  "make room: delete servers and images, rotate logs; the next write works, no restart is needed";

export function judgeDisk(facts: DiskFacts): readonly Judgement[] {
  const { path, totalBytes, freeBytes, freeFiles, leastFreeBytes } = facts;
  const free = `${bytesText(freeBytes)} of ${bytesText(totalBytes)}`;
  if (freeFiles !== undefined && freeFiles < FEW_FILES) {
    return [failure(`the disk that holds ${path} has room for ${freeFiles} more files`, MAKE_ROOM)];
  }
  if (freeBytes < leastFreeBytes) {
    return [
      failure(
        `the disk that holds ${path} is full: ${free} are free; writes fail or soon will, and guests are paused`,
        MAKE_ROOM,
      ),
    ];
  }
  if (freeBytes < leastFreeBytes * LOW_FACTOR) {
    return [warning(`the disk that holds ${path} is nearly full: ${free} are free`, MAKE_ROOM)];
  }
  return [well(`${free} are free`)];
}
