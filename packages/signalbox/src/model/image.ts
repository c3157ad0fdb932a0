import type { Architecture } from "./flavor.ts";
import type { Metadata } from "./metadata.ts";

export type Virtualization = "virtualized" | "baremetal" | "any";
export type ImageState = "pending" | "creating" | "ready" | "failed";
export type ImageFormat = "qcow2" | "raw";

export interface ImageOs {
  readonly kernel: "linux";
  readonly family: string;
  readonly distro: string;
  readonly version: string;
  readonly variant?: string;
  readonly codename?: string;
}

/** Where an image comes from: typed provenance (compute-api §4.11). */
export type ImageSource =
  /** Came with the region. */
  | { readonly type: "builtin"; readonly path?: string }
  | {
      readonly type: "import";
      /** `https:`, `http:` or `file:`; checked against the operator's allow-list. */
      readonly uri: string;
      /** Lower-case hex SHA-256 of the bytes at `uri`. */
      readonly sha256?: string;
      readonly format: ImageFormat;
    }
  | { readonly type: "snapshot"; readonly serverId: string; readonly sourceImageId: string };

export interface Image {
  /** `conditions` carry the reason of a failed import. */
  readonly metadata: Metadata;
  readonly regionId: string;
  /** The owner; absent on images that everybody may use. */
  readonly organizationId?: string;
  readonly spec: {
    readonly architecture: Architecture;
    readonly virtualization: Virtualization;
    readonly os: ImageOs;
    readonly softwareVersions?: Readonly<Record<string, string>>;
    readonly gpu?: {
      readonly vendor: "NVIDIA" | "AMD";
      readonly driver: string;
      readonly models: readonly string[];
    };
  };
  readonly source: ImageSource;
  readonly status: {
    readonly state: ImageState;
    /** Size of the disk that a machine sees; 0 until it is known. */
    readonly virtualBytes: number;
    /** Content address: `sha256:HEX` of the stored base image. */
    readonly digest?: string;
    /** 0 to 100 while it is being made. */
    readonly progressPercent?: number;
  };
}

/** Neither ready nor failed yet. */
export function isBeingMade(image: Image): boolean {
  return image.status.state === "pending" || image.status.state === "creating";
}
