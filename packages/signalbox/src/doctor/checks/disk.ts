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
}

const MIB = 1024 ** 2;
/** A store that compacts and an audit file that rotates need about as much at once. */
const FAILS_BELOW = 64 * MIB;
const WARNS_BELOW = 1024 * MIB;
const FEW_FILES = 1000;
const MAKE_ROOM =
  "make room: delete servers and images, rotate logs; the next write works, no restart is needed";

export function judgeDisk(facts: DiskFacts): readonly Judgement[] {
  const { path, totalBytes, freeBytes, totalFiles, freeFiles } = facts;
  const free = `${bytesText(freeBytes)} of ${bytesText(totalBytes)}`;
  // Some file systems make inodes as they go, and say 0.
  if (totalFiles > 0 && freeFiles < FEW_FILES) {
    return [failure(`the disk that holds ${path} has room for ${freeFiles} more files`, MAKE_ROOM)];
  }
  if (freeBytes < FAILS_BELOW) {
    return [
      failure(
        `the disk that holds ${path} is full: ${free} are free; writes fail, guests are paused`,
        MAKE_ROOM,
      ),
    ];
  }
  if (freeBytes < WARNS_BELOW) {
    return [warning(`the disk that holds ${path} is nearly full: ${free} are free`, MAKE_ROOM)];
  }
  return [well(`${free} are free`)];
}
