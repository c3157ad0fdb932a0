import { writeIsoImage } from "./iso-image.ts";
import { networkConfigDocument, type SeedNetwork } from "./seed-network.ts";

/** What a new machine is told about itself. */
export interface Seed {
  /** Guests run user data once for each value; a machine made from a snapshot has a new one. */
  readonly instanceId: string;
  readonly hostname: string;
  /** Exactly as the guest is to see it. Absent or empty: nothing is run. */
  readonly userData?: Buffer;
  readonly network: SeedNetwork;
  /** What its agent enrols with; other guests do not look at it. */
  readonly joinToken?: string;
}

/** By this label guests find the volume. */
const VOLUME_LABEL = "cidata";

/**
 * The NoCloud seed: a read-only volume that cloud-init, and the guest image of this repository,
 * read at boot. Equal seeds give equal bytes.
 */
export function buildSeedIso(seed: Seed): Buffer {
  return writeIsoImage({
    volumeLabel: VOLUME_LABEL,
    files: [
      { name: "meta-data", shortName: "METADATA", content: metaDataDocument(seed) },
      {
        name: "network-config",
        shortName: "NETWORKC",
        content: Buffer.from(networkConfigDocument(seed.network)),
      },
      // cloud-init takes a volume without user-data for no seed at all.
      { name: "user-data", shortName: "USERDATA", content: seed.userData ?? Buffer.alloc(0) },
      { name: "vendor-data", shortName: "VENDORDA", content: Buffer.alloc(0) },
      ...(seed.joinToken === undefined ? [] : [joinTokenFile(seed.joinToken)]),
    ],
  });
}

function joinTokenFile(token: string) {
  return { name: "join-token", shortName: "JOINTOKE", content: Buffer.from(`${token}\n`) };
}

/** JSON is YAML in which nothing can be mistaken for a number or a date. */
function metaDataDocument({ instanceId, hostname }: Seed): Buffer {
  const document = { "instance-id": instanceId, "local-hostname": hostname };
  return Buffer.from(`${JSON.stringify(document, null, 2)}\n`);
}
