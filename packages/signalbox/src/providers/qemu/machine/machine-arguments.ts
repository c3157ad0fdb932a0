import type { Acceleration } from "../acceleration/acceleration.ts";
import { MACHINE_FILES } from "./machine-files.ts";
import { networkArgument, type UserNetwork } from "../network/user-network.ts";

/** What decides a machine's command line. Paths are relative to the machine's directory. */
export interface MachineHardware {
  /** By it the process is known again. */
  readonly uuid: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly macAddress: string;
  readonly network: UserNetwork;
  readonly acceleration: Acceleration;
}

const MIB = 1024 * 1024;

/** Ids of parts of the machine that later commands name. */
export const ROOT_NODE = "root";
export const ROOT_DEVICE = "disk0";

/**
 * What each kind of acceleration needs; `-cpu host` aborts where KVM is nested. Without ERMS a
 * kernel fills pages by words: emulated, `rep stosb` is a loop over bytes, and a boot takes a
 * tenth longer.
 */
const CPU_MODEL: Readonly<Record<Acceleration, string>> = { kvm: "host", tcg: "max,erms=off" };

/**
 * Without what a machine has no use for: less for a guest to probe, a tenth of its boot when it is
 * emulated, and less for one to break out through.
 */
const MACHINE_TYPE = "q35,sata=off,smbus=off,usb=off,vmport=off";

/**
 * QEMU's arguments. Every path is relative, so neither commas nor length of the data directory
 * matter, and no text of a tenant is among them.
 *
 * A guest that powers itself off ends the process, which frees its memory; a guest that reboots
 * stays in it. Both are QEMU's defaults, chosen here.
 */
export function machineArguments(hardware: MachineHardware): readonly string[] {
  return [
    ...["-name", `guest=${hardware.uuid}`, "-uuid", hardware.uuid],
    ...["-no-user-config", "-nodefaults", "-display", "none", "-vga", "none"],
    ...["-machine", `${MACHINE_TYPE},accel=${hardware.acceleration}`],
    ...["-cpu", CPU_MODEL[hardware.acceleration]],
    ...["-smp", String(hardware.cpus), "-m", `${Math.ceil(hardware.memoryBytes / MIB)}M`],
    // Should a guest break out of the emulation, it can neither start programs nor gain privileges.
    ...["-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"],
    ...["-pidfile", MACHINE_FILES.pid],
    ...["-chardev", `socket,id=control,path=${MACHINE_FILES.control},server=on,wait=off`],
    ...["-mon", "chardev=control,mode=control"],
    ...serialArguments(),
    ...diskArguments(),
    ...["-netdev", networkArgument(hardware.network)],
    ...["-device", `virtio-net-pci,netdev=net0,id=nic0,mac=${hardware.macAddress},romfile=`],
    ...["-device", "virtio-rng-pci"],
  ];
}

/** The socket is for live consoles; the copy goes to the launcher, which keeps the end of it. */
function serialArguments(): readonly string[] {
  const socket = `socket,id=serial0,path=${MACHINE_FILES.serial},server=on,wait=off`;
  return ["-chardev", `${socket},logfile=/dev/stdout,logappend=on`, "-serial", "chardev:serial0"];
}

/** A full host disk pauses the guest (`werror=enospc`) instead of failing its writes. */
function diskArguments(): readonly string[] {
  const disk = {
    driver: "qcow2",
    "node-name": ROOT_NODE,
    discard: "unmap",
    file: { driver: "file", filename: MACHINE_FILES.disk, discard: "unmap" },
  };
  const seed = {
    driver: "raw",
    "node-name": "seed",
    "read-only": true,
    file: { driver: "file", filename: MACHINE_FILES.seed, "read-only": true },
  };
  return [
    ...["-blockdev", JSON.stringify(disk)],
    ...[
      "-device",
      `virtio-blk-pci,id=${ROOT_DEVICE},drive=${ROOT_NODE},werror=enospc,rerror=report`,
    ],
    ...["-blockdev", JSON.stringify(seed)],
    ...["-device", "virtio-blk-pci,id=disk1,drive=seed"],
  ];
}
