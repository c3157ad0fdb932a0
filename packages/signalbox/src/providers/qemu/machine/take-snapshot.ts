import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock, Random } from "@signalbox/base";
import type { StoredImage } from "../../provider.ts";
import { copyRunningDisk, SNAPSHOT_JOB_PREFIX } from "../disk/copy-running-disk.ts";
import type { ImageStore } from "../disk/image-store.ts";
import type { QemuImg } from "../disk/qemu-img.ts";
import { MACHINE_FILES } from "./machine-files.ts";
import type { MachineProcess } from "./machine-process.ts";

export interface SnapshotParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly images: ImageStore;
  readonly qemuImg: QemuImg;
  readonly timeoutMs: number;
}

export interface SnapshotSource {
  readonly directory: string;
  readonly diskBytes: number;
  /** Absent: the machine is off. */
  readonly process: MachineProcess | undefined;
}

export interface SnapshotRequest {
  readonly imageId: string;
  readonly signal: AbortSignal;
  readonly onProgress: (percent: number) => void;
}

/** Copying is most of the work, as far as the progress goes; the rest is hashing. */
const COPIED_PERCENT = 90;

/** Copies a machine's disk into a new base image, which depends on no other. */
export async function takeSnapshot(
  { imageId, signal, onProgress }: SnapshotRequest,
  { directory, diskBytes, process }: SnapshotSource,
  { clock, random, images, qemuImg, timeoutMs }: SnapshotParts,
): Promise<StoredImage> {
  const name = random.uuid();
  const target = images.incomingPath(name);
  try {
    if (process === undefined) {
      const source = join(directory, MACHINE_FILES.disk);
      await qemuImg.convert({ source, format: "qcow2", target }, signal);
    } else {
      await qemuImg.create(target, diskBytes, signal);
      // Not all of the UUID: QEMU's node names end at 31 characters.
      const jobId = `${SNAPSHOT_JOB_PREFIX}${name.slice(0, 8)}`;
      const copied = (percent: number): void => onProgress((percent * COPIED_PERCENT) / 100);
      await copyRunningDisk(process.control, {
        target,
        jobId,
        clock,
        timeoutMs,
        signal,
        onProgress: copied,
      });
    }
    onProgress(COPIED_PERCENT);
    const stored = await images.adopt(imageId, { path: target, virtualBytes: diskBytes }, signal);
    onProgress(100);
    return stored;
  } finally {
    await rm(target, { force: true });
  }
}
