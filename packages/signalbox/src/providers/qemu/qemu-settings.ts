import type { Flavor } from "../../model/flavor.ts";
import type { SupplyPolicy } from "./capacity/host-supply.ts";
import { DEFAULT_FLAVORS } from "./default-flavors.ts";
import type { ImportLimits } from "./disk/import-image.ts";

/** What an operator may set. */
export interface QemuOptions {
  /** Default `qemu-system-x86_64`. */
  readonly qemuProgram?: string;
  /** Default `qemu-img`. */
  readonly qemuImgProgram?: string;
  /** Directories where programs are looked for, as in `PATH`. Default: Debian's. */
  readonly searchPath?: string | undefined;
  /** The image that `scripts/build-guest-image` made. Absent: there is no image at first. */
  readonly guestImagePath?: string;
  /** The same with the agent in it. */
  readonly agentImagePath?: string;
  /** Default: `tiny`, `small` and `medium`. */
  readonly flavors?: readonly Flavor[];
  /** Loopback addresses that `publicIP: true` draws from. Default `127.64.0.0/16`. */
  readonly publicPrefix?: string;
  /** `auto` (the default) tries the hardware's and falls back to `tcg`. */
  readonly acceleration?: "auto" | "kvm" | "tcg";
  /** How long a trial guest may take to reach userspace, in milliseconds. Default 20,000. */
  readonly probeTimeoutMs?: number;
  /** Virtual CPUs per CPU of the host. Default 8. */
  readonly cpuOvercommit?: number;
  /** Default 1. */
  readonly memoryOvercommit?: number;
  /** Default 2. */
  readonly diskOvercommit?: number;
  /** Memory that machines never get, in bytes. Default 512 MiB. */
  readonly memoryReserveBytes?: number;
  /** Free disk below which nothing is made, in bytes. Default 256 MiB. */
  readonly diskReserveBytes?: number;
  /** Machines that boot at the same time. Default 2. */
  readonly maxBoots?: number;
  /** How long a guest may be silent after its start, in milliseconds. Default 120,000. */
  readonly bootTimeoutMs?: number;
  /** How long a guest may take to power itself off, in milliseconds. Default 30,000. */
  readonly stopTimeoutMs?: number;
  /** Runs of `qemu-img` at the same time. Default 2. */
  readonly maxImageJobs?: number;
  /** For one run of `qemu-img`, in milliseconds. Default 600,000. */
  readonly imageJobTimeoutMs?: number;
  /** For a snapshot of a running machine, in milliseconds. Default 1,800,000. */
  readonly snapshotTimeoutMs?: number;
  /** Bytes of an image that is imported. Default 16 GiB. */
  readonly maxImageBytes?: number;
  /** Size of the disk in an image that is imported. Default 128 GiB. */
  readonly maxImageVirtualBytes?: number;
  /** How long an image's source may be silent, in milliseconds. Default 30,000. */
  readonly importIdleTimeoutMs?: number;
  /** Ports forwarded to one machine. Default 64. */
  readonly maxForwardedPorts?: number;
  /** Serial output kept of one machine, in bytes. Default 1 MiB. */
  readonly consoleBytes?: number;
}

/** `QemuOptions` with nothing left open. */
export interface QemuSettings {
  readonly qemuProgram: string;
  readonly qemuImgProgram: string;
  readonly searchPath: string;
  readonly guestImagePath: string | undefined;
  readonly agentImagePath: string | undefined;
  readonly flavors: readonly Flavor[];
  readonly publicPrefix: string;
  readonly acceleration: "auto" | "kvm" | "tcg";
  readonly probeTimeoutMs: number;
  readonly supply: SupplyPolicy;
  readonly diskReserveBytes: number;
  readonly maxBoots: number;
  readonly bootTimeoutMs: number;
  readonly stopTimeoutMs: number;
  readonly maxImageJobs: number;
  readonly imageJobTimeoutMs: number;
  readonly snapshotTimeoutMs: number;
  readonly imports: ImportLimits;
  readonly maxForwardedPorts: number;
  readonly consoleBytes: number;
}

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const MINUTE_MS = 60_000;
const DEFAULT_SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export function resolveQemuSettings(options: QemuOptions): QemuSettings {
  return {
    qemuProgram: options.qemuProgram ?? "qemu-system-x86_64",
    qemuImgProgram: options.qemuImgProgram ?? "qemu-img",
    searchPath: options.searchPath ?? DEFAULT_SEARCH_PATH,
    guestImagePath: options.guestImagePath,
    agentImagePath: options.agentImagePath,
    flavors: options.flavors ?? DEFAULT_FLAVORS,
    publicPrefix: options.publicPrefix ?? "127.64.0.0/16",
    acceleration: options.acceleration ?? "auto",
    probeTimeoutMs: options.probeTimeoutMs ?? 20_000,
    supply: {
      cpuOvercommit: options.cpuOvercommit ?? 8,
      memoryOvercommit: options.memoryOvercommit ?? 1,
      diskOvercommit: options.diskOvercommit ?? 2,
      memoryReserveBytes: options.memoryReserveBytes ?? 512 * MIB,
    },
    diskReserveBytes: options.diskReserveBytes ?? 256 * MIB,
    maxBoots: options.maxBoots ?? 2,
    bootTimeoutMs: options.bootTimeoutMs ?? 2 * MINUTE_MS,
    stopTimeoutMs: options.stopTimeoutMs ?? 30_000,
    maxImageJobs: options.maxImageJobs ?? 2,
    imageJobTimeoutMs: options.imageJobTimeoutMs ?? 10 * MINUTE_MS,
    snapshotTimeoutMs: options.snapshotTimeoutMs ?? 30 * MINUTE_MS,
    imports: {
      maxBytes: options.maxImageBytes ?? 16 * GIB,
      maxVirtualBytes: options.maxImageVirtualBytes ?? 128 * GIB,
      idleTimeoutMs: options.importIdleTimeoutMs ?? 30_000,
    },
    maxForwardedPorts: options.maxForwardedPorts ?? 64,
    consoleBytes: options.consoleBytes ?? MIB,
  };
}
