import { statSync } from "node:fs";
import { join } from "node:path";
import type { BuiltinImage } from "../provider.ts";
import { readQcow2VirtualBytes } from "./disk/qcow2-header.ts";

const GUEST_IMAGE_ID = "5b0c0000-0000-4000-8000-000000000010";

/** Where `scripts/build-guest-image` puts the image in a checkout. */
export const BUILT_GUEST_IMAGE = join(
  import.meta.dirname,
  "../../../../../.cache/guest-image/guest.qcow2",
);

/** The guest image as an image of the region; none when the file is missing or not an image. */
export function describeGuestImage(path: string | undefined): readonly BuiltinImage[] {
  if (path === undefined) return [];
  const virtualBytes = readQcow2VirtualBytes(path);
  if (!virtualBytes.ok) return [];
  return [
    {
      id: GUEST_IMAGE_ID,
      name: "signalbox-guest",
      spec: {
        architecture: "x86_64",
        virtualization: "virtualized",
        os: { kernel: "linux", family: "debian", distro: "debian", version: "12" },
      },
      virtualBytes: virtualBytes.value,
      path,
      createdAtMs: Math.floor(statSync(path).mtimeMs),
    },
  ];
}

/** What to do when there is none. */
export function guestImageAdvice(path: string | undefined): string | undefined {
  if (describeGuestImage(path).length > 0) return undefined;
  const where = path === undefined ? "" : ` (${path} is missing)`;
  return `there is no guest image${where}; scripts/build-guest-image makes one`;
}
