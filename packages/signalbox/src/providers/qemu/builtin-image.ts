import { statSync } from "node:fs";
import { join } from "node:path";
import type { BuiltinImage } from "../provider.ts";
import { readQcow2VirtualBytes } from "./disk/qcow2-header.ts";

const CACHE = join(import.meta.dirname, "../../../../../.cache/guest-image");

/** Where `scripts/build-guest-image` puts the image in a checkout. */
export const BUILT_GUEST_IMAGE = join(CACHE, "guest.qcow2");
/** The same with `--with-agent`. */
export const BUILT_AGENT_IMAGE = join(CACHE, "guest-agent.qcow2");

export interface BuiltinImagePaths {
  readonly guestImagePath: string | undefined;
  readonly agentImagePath: string | undefined;
}

/** The images that a region starts with: those whose files are there, and are images. */
export function describeBuiltinImages(paths: BuiltinImagePaths): readonly BuiltinImage[] {
  const guest = describe("5b0c0000-0000-4000-8000-000000000010", "signalbox-guest");
  const agent = describe("5b0c0000-0000-4000-8000-000000000011", "signalbox-agent");
  return [...guest(paths.guestImagePath), ...agent(paths.agentImagePath)];
}

function describe(id: string, name: string) {
  return (path: string | undefined): readonly BuiltinImage[] => {
    const virtualBytes = readVirtualBytes(path);
    if (path === undefined || virtualBytes === undefined) return [];
    return [
      {
        id,
        name,
        spec: {
          architecture: "x86_64",
          virtualization: "virtualized",
          os: { kernel: "linux", family: "debian", distro: "debian", version: "12" },
        },
        virtualBytes,
        path,
        createdAtMs: Math.floor(statSync(path).mtimeMs),
      },
    ];
  };
}

/** Undefined when the file is missing or not an image. */
function readVirtualBytes(path: string | undefined): number | undefined {
  if (path === undefined) return undefined;
  const virtualBytes = readQcow2VirtualBytes(path);
  return virtualBytes.ok ? virtualBytes.value : undefined;
}

/** What to do when there is no guest image. */
export function guestImageAdvice(path: string | undefined): string | undefined {
  if (readVirtualBytes(path) !== undefined) return undefined;
  const where = path === undefined ? "" : ` (${path} is missing)`;
  return `there is no guest image${where}; scripts/build-guest-image makes one`;
}
