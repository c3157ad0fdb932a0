import { mkdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { parseIpv4Prefix } from "../../../model/ipv4.ts";
import type { DesiredServer } from "../../provider.ts";
import type { ImageStore } from "../disk/image-store.ts";
import type { QemuImg } from "../disk/qemu-img.ts";
import { writeFileAtomically } from "../disk/write-file-atomically.ts";
import { buildSeedIso } from "../seed/seed-iso.ts";
import type { MachineRecord } from "./machine-record.ts";
import { MachineFailure } from "./machine-failure.ts";
import { MACHINE_FILES } from "./machine-files.ts";
import type { MachineSite } from "./machine-site.ts";

export interface DiskParts {
  readonly directory: string;
  readonly images: ImageStore;
  readonly qemuImg: QemuImg;
}

/** Where a disk comes from and how large it is to be. */
export interface DiskPlan {
  readonly imageId: string;
  readonly imageDigest: string;
  readonly imagePath: string;
  readonly diskBytes: number;
}

/**
 * A disk of the flavor's size, or of the image's where that is larger.
 *
 * @throws MachineFailure `image_missing`
 */
export async function planDisk(server: DesiredServer, images: ImageStore): Promise<DiskPlan> {
  const image = await images.locate(server.image.id);
  return {
    imageId: server.image.id,
    imageDigest: image.digest,
    imagePath: image.path,
    diskBytes: Math.max(server.flavor.diskBytes, image.virtualBytes),
  };
}

/**
 * Makes an overlay on the image, in the machine's directory.
 *
 * @throws MachineFailure
 */
export async function makeDisk(
  name: string,
  plan: DiskPlan,
  { directory, qemuImg }: DiskParts,
  signal: AbortSignal,
): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  // Relative, so that the data directory can be moved.
  const base = relative(directory, plan.imagePath);
  const overlay = { path: join(directory, name), base, bytes: plan.diskBytes };
  try {
    await qemuImg.createOverlay(overlay, signal);
  } catch (error) {
    throw await explain(error, plan, qemuImg, signal);
  }
}

/** Why no disk could be made is often the image, which is worth a closer look then. */
async function explain(
  error: unknown,
  { imagePath, imageId }: DiskPlan,
  qemuImg: QemuImg,
  signal: AbortSignal,
): Promise<unknown> {
  if (!(error instanceof MachineFailure) || error.fault.reason !== "create_failed") return error;
  const damage = await qemuImg.findDamage(imagePath, signal);
  if (damage === undefined) return error;
  const message = `image ${imageId} is damaged on this host; delete it and import it again`;
  return new MachineFailure("image_corrupt", message, { cause: new Error(damage) });
}

/** Writes what the guest reads about itself at boot. @throws MachineFailure */
export async function writeSeed(
  server: DesiredServer,
  record: MachineRecord,
  { directory, agents }: Pick<MachineSite, "directory" | "agents">,
): Promise<void> {
  const prefix = parseIpv4Prefix(server.network.prefix);
  if (!prefix.ok) {
    throw new MachineFailure("create_failed", `the network cannot be used: ${prefix.error}`);
  }
  const joinToken = await agents?.joinToken(server.id);
  const seed = buildSeedIso({
    instanceId: `${record.incarnation}-${record.instance}`,
    hostname: server.name,
    ...(server.userData !== undefined && { userData: server.userData }),
    ...(joinToken !== undefined && { joinToken }),
    network: {
      mac: server.macAddress,
      address: server.privateIP,
      prefixLength: prefix.value.length,
      gateway: server.network.gateway,
      dns: server.network.dnsNameservers,
      routes: server.network.routes,
    },
  });
  await writeFileAtomically(join(directory, MACHINE_FILES.seed), seed);
}
