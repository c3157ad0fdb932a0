import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { DesiredServer } from "../../provider.ts";
import { syncDirectory } from "../disk/write-file-atomically.ts";
import { type DiskPlan, makeDisk, writeSeed } from "./machine-disk.ts";
import { MACHINE_FILES } from "./machine-files.ts";
import type { MachineRecord } from "./machine-record.ts";
import type { MachineSite } from "./machine-site.ts";
import { changesOf } from "./plan-record.ts";
import type { RecordKeeper } from "./record-keeper.ts";

/** A machine that is to be made. */
export interface Blueprint {
  readonly server: DesiredServer;
  readonly plan: DiskPlan;
  readonly record: MachineRecord;
}

/**
 * Makes a machine's disk and seed, and its record last: a directory without one is unfinished. A
 * failure leaves nothing.
 *
 * @throws MachineFailure
 */
export async function makeMachine(
  { server, plan, record }: Blueprint,
  site: MachineSite,
  records: RecordKeeper,
  signal: AbortSignal,
): Promise<void> {
  try {
    await makeDisk(MACHINE_FILES.disk, plan, site, signal);
    await writeSeed(server, record, site);
    await records.keep(record);
  } catch (error) {
    await rm(site.directory, { recursive: true, force: true });
    throw error;
  }
}

/** Makes another disk for a machine, beside the one in use. @throws MachineFailure */
export async function makeNextDisk(
  plan: DiskPlan,
  site: MachineSite,
  signal: AbortSignal,
): Promise<void> {
  await rm(join(site.directory, MACHINE_FILES.diskInTheMaking), { force: true });
  await makeDisk(MACHINE_FILES.diskInTheMaking, plan, site, signal);
}

/** Puts the disk that `makeNextDisk` made in the place of the other; the machine must be off. */
export async function takeNextDisk(
  { server, plan, record }: Blueprint,
  site: MachineSite,
  records: RecordKeeper,
): Promise<void> {
  const { directory } = site;
  const next = {
    imageId: plan.imageId,
    imageDigest: plan.imageDigest,
    diskBytes: plan.diskBytes,
    ...changesOf(server),
    instance: record.instance + 1,
    rebooting: false,
  };
  await rename(join(directory, MACHINE_FILES.diskInTheMaking), join(directory, MACHINE_FILES.disk));
  await syncDirectory(directory);
  await records.change({ ...next, process: undefined, fault: undefined });
  await writeSeed(server, { ...record, ...next }, site);
}
