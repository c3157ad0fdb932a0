import { fail, ok, type Result } from "@signalbox/base";
import type { Flavor } from "./flavor.ts";

/**
 * What an image says about where it runs. Images of other origins may leave the architecture or
 * the virtualization empty, or hold a word that is not one of ours.
 */
export interface ImageRequirements {
  readonly architecture: string;
  readonly virtualization: string;
  /** Size of the disk that the machine sees. */
  readonly virtualBytes: number;
}

type MachineFlavor = Pick<Flavor, "architecture" | "baremetal" | "diskBytes">;

/**
 * Step 14 of compute-api §3.1, in its order: architecture, disk, virtualization. Sizes are
 * compared in bytes: a flavor of 20 GB (decimal) cannot hold an image of 20 GiB.
 */
export function checkImageFits(image: ImageRequirements, flavor: MachineFlavor): Result<true> {
  if (image.architecture !== "" && image.architecture !== flavor.architecture) {
    return fail(
      `the image is built for ${image.architecture} and the flavor is ${flavor.architecture}`,
    );
  }
  if (image.virtualBytes > flavor.diskBytes) {
    return fail(
      `the image needs a disk of ${image.virtualBytes} bytes and the flavor has ${flavor.diskBytes}`,
    );
  }
  return checkVirtualization(image.virtualization, flavor);
}

/** Empty and `any` pass; a word that nobody knows is refused. */
function checkVirtualization(virtualization: string, flavor: MachineFlavor): Result<true> {
  switch (virtualization) {
    case "":
    case "any":
      return ok(true);
    case "baremetal":
      return flavor.baremetal ? ok(true) : fail("the image needs a bare metal flavor");
    case "virtualized":
      return flavor.baremetal ? fail("the image does not run on a bare metal flavor") : ok(true);
    default:
      return fail("the image asks for a virtualization that is not known");
  }
}
