import { accessSync, constants, existsSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import type { Clock } from "@signalbox/base";
import type { Config } from "../../config/schema.ts";
import { parseAccelerationRecord } from "../../providers/qemu/acceleration/acceleration-record.ts";
import { BUILT_GUEST_IMAGE } from "../../providers/qemu/builtin-image.ts";
import { readQcow2VirtualBytes } from "../../providers/qemu/disk/qcow2-header.ts";
import { readBootId } from "../../providers/qemu/process/process-identity.ts";
import { runProgram } from "../../providers/qemu/process/run-program.ts";
import type { AccelerationFacts } from "../checks/acceleration.ts";
import type { GuestImageFacts } from "../checks/guest-image.ts";
import type { ProgramFacts, QemuProgramsFacts } from "../checks/qemu-programs.ts";
import { readText } from "./read-text.ts";

const TIMEOUT_MS = 5000;

const PROGRAMS = [
  { program: "qemu-system-x86_64", debianPackage: "qemu-system-x86" },
  { program: "qemu-img", debianPackage: "qemu-utils" },
  { program: "flock", debianPackage: "util-linux" },
  { program: "split", debianPackage: "coreutils" },
] as const;

export interface ProgramSearch {
  readonly searchPath: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Undefined when machines are simulated on purpose. */
export function needOfQemu({
  providers = [],
  regions,
}: Config): QemuProgramsFacts["need"] | undefined {
  const types = providers.length > 0 ? providers : regions.map(({ type }) => type);
  if (types.length === 0) return "optional";
  return types.includes("qemu") ? "required" : undefined;
}

/** Side by side: a host under load is slow to start any of them. */
export function readPrograms(search: ProgramSearch): Promise<readonly ProgramFacts[]> {
  return Promise.all(
    PROGRAMS.map(async ({ program, debianPackage }) => {
      const options = { ...search, timeoutMs: TIMEOUT_MS };
      const { status, stdout } = await runProgram([program, "--version"], options);
      const version = /(\d+\.\d[\w.]*)/.exec(stdout)?.[1] ?? "of unknown version";
      return { program, debianPackage, version: status === 0 ? version : undefined };
    }),
  );
}

const KVM = "/dev/kvm";

/** @param directories of the qemu regions, `DATA/providers/REGION` */
export function readAcceleration(
  configured: AccelerationFacts["configured"],
  directories: readonly string[],
): AccelerationFacts {
  const trials = directories.map((directory) => {
    const record = parseAccelerationRecord(readText(join(directory, "acceleration.json")) ?? "");
    return record.ok && isOfNow(record.value.subject) ? record.value : undefined;
  });
  return { configured, device: deviceState(), trial: trials.find((trial) => trial !== undefined) };
}

/** A trial holds for one boot of the host and one kernel; QEMU's version is the daemon's to see. */
function isOfNow(subject: string): boolean {
  return subject.startsWith(`${readBootId()} ${release()} `);
}

function deviceState(): AccelerationFacts["device"] {
  if (!existsSync(KVM)) return "absent";
  try {
    accessSync(KVM, constants.R_OK | constants.W_OK);
    return "usable";
  } catch {
    return "forbidden";
  }
}

export function readGuestImage(configured: string | undefined): GuestImageFacts {
  const path = configured ?? BUILT_GUEST_IMAGE;
  const isConfigured = configured !== undefined;
  if (!existsSync(path)) return { path, isConfigured, state: { is: "absent" } };
  const size = readQcow2VirtualBytes(path);
  return {
    path,
    isConfigured,
    state: size.ok
      ? { is: "usable", virtualBytes: size.value }
      : { is: "unusable", reason: size.error },
  };
}
