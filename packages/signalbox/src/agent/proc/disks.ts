import { readdir, realpath } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Disk_DiskType, type DiskSchema } from "#gen/storage/storage_pb.js";
import type { AgentRoots } from "../agent-deps.ts";
import { readKernelFile, readKernelLine } from "./kernel-file.ts";
import { uint64 } from "./kernel-number.ts";
import { words } from "./text-lines.ts";

type DiskInit = MessageInitShape<typeof DiskSchema>;

/** The kernel counts in these, whatever the disk does. */
const SECTOR_BYTES = 512n;

/** The disks that are devices, by name: not loops, memory, or what is made of other disks. */
export async function readDisks(roots: AgentRoots): Promise<DiskInit[]> {
  const [names, system] = await Promise.all([
    readdir(join(roots.sys, "block")),
    readSystemDisks(roots),
  ]);
  const disks = await Promise.all(
    names.sort().map((name) => readDisk(roots.sys, name, system.has(name))),
  );
  return disks.filter((disk) => disk !== undefined);
}

async function readDisk(
  sys: string,
  name: string,
  isSystem: boolean,
): Promise<DiskInit | undefined> {
  const folder = join(sys, "block", name);
  const device = await realPath(join(folder, "device"));
  if (device === undefined) return undefined;
  const text = async (...paths: readonly string[]): Promise<string> => {
    const lines = await Promise.all(paths.map((path) => readKernelLine(join(folder, path))));
    return lines.find((line) => line !== undefined && line !== "") ?? "";
  };
  const [size, model, cardName, serial, modalias, uuid, wwid, rotational, readonly, subsystem] =
    await Promise.all([
      text("size"),
      text("device/model"),
      text("device/name"),
      text("device/serial", "serial"),
      text("device/modalias"),
      text("uuid", "device/uuid"),
      text("wwid", "device/wwid"),
      text("queue/rotational"),
      text("ro"),
      realPath(join(folder, "subsystem")),
    ]);
  return {
    size: BigInt.asUintN(64, uint64(size) * SECTOR_BYTES),
    model,
    deviceName: `/dev/${name.replaceAll("!", "/")}`,
    name: cardName,
    serial,
    modalias,
    uuid,
    wwid,
    type: diskType(name, rotational),
    busPath: await readBusPath(sys, device),
    systemDisk: isSystem,
    subsystem: subsystem === undefined ? "" : join("/sys", relative(await real(sys), subsystem)),
    readonly: readonly === "1",
  };
}

function diskType(name: string, rotational: string): Disk_DiskType {
  if (name.startsWith("nvme")) return Disk_DiskType.NVME;
  if (name.startsWith("mmcblk")) return Disk_DiskType.SD;
  if (name.startsWith("sr")) return Disk_DiskType.CD;
  if (rotational === "1") return Disk_DiskType.HDD;
  return rotational === "0" ? Disk_DiskType.SSD : Disk_DiskType.UNKNOWN;
}

/** Where the device hangs: `/pci0000:00/0000:00:06.0/virtio2/`. */
async function readBusPath(sys: string, device: string): Promise<string> {
  return `/${relative(join(await real(sys), "devices"), device)}/`;
}

/** Names of the disks that hold `/`: more than one under a volume group. */
async function readSystemDisks(roots: AgentRoots): Promise<ReadonlySet<string>> {
  const mounts = (await readKernelFile(join(roots.proc, "self/mountinfo"))) ?? "";
  // Of several file systems on `/`, the last one hides the others.
  const root = mounts
    .split("\n")
    .map(words)
    .findLast((line) => line[4] === "/");
  const number = root?.[2];
  if (number === undefined || !/^\d+:\d+$/.test(number)) return new Set();
  const device = await realPath(join(roots.sys, "dev/block", number));
  return new Set(device === undefined ? [] : await disksUnder(device));
}

/** A partition's disk; the disks that a made device lies on; else the disk itself. */
async function disksUnder(device: string): Promise<readonly string[]> {
  if ((await readKernelLine(join(device, "partition"))) !== undefined) {
    return disksUnder(dirname(device));
  }
  const slaves = await readdir(join(device, "slaves")).catch((): string[] => []);
  if (slaves.length === 0) return [basename(device)];
  const paths = await Promise.all(slaves.map((name) => realPath(join(device, "slaves", name))));
  const known = paths.filter((path) => path !== undefined);
  return (await Promise.all(known.map(disksUnder))).flat();
}

async function realPath(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch {
    return undefined;
  }
}

async function real(path: string): Promise<string> {
  return (await realPath(path)) ?? path;
}
