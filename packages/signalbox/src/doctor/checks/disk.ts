import { failure, type Judgement, warning, well } from "../finding.ts";
import { bytesText } from "../quantity.ts";

export interface DiskFacts {
  /** The data directory, or the nearest directory above it that is there. */
  readonly path: string;
  readonly totalBytes: number;
  /** For an unprivileged user. */
  readonly freeBytes: number;
  readonly totalFiles: number;
  readonly freeFiles: number;
  /** `ops.minFreeDisk`: with less the daemon is not ready. */
  readonly leastFreeBytes: number;
}

/** As the daemon takes it: degraded below so many times the least. */
const LOW_FACTOR = 8;
const FEW_FILES = 1000;
const MAKE_ROOM =
  "make room: delete servers and images, rotate logs; the next write works, no restart is needed";

export function judgeDisk(facts: DiskFacts): readonly Judgement[] {
  const { path, totalBytes, freeBytes, totalFiles, freeFiles, leastFreeBytes } = facts;
  const free = `${bytesText(freeBytes)} of ${bytesText(totalBytes)}`;
  // Some file systems make inodes as they go, and say 0.
  if (totalFiles > 0 && freeFiles < FEW_FILES) {
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
