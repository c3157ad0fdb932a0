import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, fail, ok, type Random, type Result } from "@signalbox/base";
import { readConsole } from "../console/console-log.ts";
import type { QemuImg } from "../disk/qemu-img.ts";
import { writeFileAtomically } from "../disk/write-file-atomically.ts";
import { lastLine, readExitReport } from "../machine/exit-report.ts";
import { machineArguments } from "../machine/machine-arguments.ts";
import { MACHINE_FILES } from "../machine/machine-files.ts";
import { launchMachine } from "../process/launch-machine.ts";
import { findMachineProcess } from "../machine/find-machine-process.ts";
import { cutPower } from "../machine/stop-process.ts";
import { buildSeedIso } from "../seed/seed-iso.ts";

export interface KvmTrial {
  /** Made for the trial, and removed after it. */
  readonly directory: string;
  readonly guestImagePath: string;
  readonly qemuProgram: string;
  readonly searchPath: string;
  readonly qemuImg: QemuImg;
  readonly clock: Clock;
  readonly random: Random;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const POLL_MS = 100;
const MIB = 1024 ** 2;
/** What Linux and the guest image say once userspace runs. */
const USERSPACE = /Run \/\S*init as init process|signalbox-guest: | login: /;
const NETWORK = { prefix: "10.0.2.0/24", host: "10.0.2.2", dns: "10.0.2.3", address: "10.0.2.15" };

/**
 * Boots a guest with KVM. That `/dev/kvm` exists says little: where virtualization is nested it may
 * abort QEMU, or hang the guest at its first instructions.
 *
 * @returns why it does not work
 */
export async function tryKvm(trial: KvmTrial): Promise<Result<void>> {
  const { directory, clock, signal, searchPath } = trial;
  const uuid = trial.random.uuid();
  try {
    await prepare(trial);
    const args = machineArguments({
      uuid,
      cpus: 1,
      memoryBytes: 256 * MIB,
      acceleration: "kvm",
      macAddress: "52:54:00:00:00:01",
      network: NETWORK,
    });
    const command = [trial.qemuProgram, ...args];
    await launchMachine({ directory, command, consoleBytes: MIB, searchPath });
    return await awaitUserspace(trial);
  } finally {
    const calm = new AbortController().signal;
    const place = { directory, uuid, clock, searchPath, signal: calm };
    const identity = await findMachineProcess(place);
    if (identity !== undefined) await cutPower({ identity }, { clock, signal: calm });
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    signal.throwIfAborted();
  }
}

async function prepare({ directory, guestImagePath, qemuImg, signal }: KvmTrial): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const bytes = 512 * MIB;
  const path = join(directory, MACHINE_FILES.disk);
  await qemuImg.createOverlay({ path, base: guestImagePath, bytes }, signal);
  const network = {
    mac: "52:54:00:00:00:01",
    address: NETWORK.address,
    prefixLength: 24,
    dns: [],
    routes: [],
  };
  const seed = buildSeedIso({ instanceId: "trial", hostname: "trial", network });
  await writeFileAtomically(join(directory, MACHINE_FILES.seed), seed);
}

async function awaitUserspace(trial: KvmTrial): Promise<Result<void>> {
  const { directory, clock, timeoutMs, signal } = trial;
  const deadlineMs = clock.monotonic() + timeoutMs;
  while (clock.monotonic() < deadlineMs) {
    if (USERSPACE.test(await readConsole(directory))) return ok(undefined);
    const { status, log } = await readExitReport(directory);
    if (status !== undefined) return fail(`QEMU ended: ${lastLine(log) || `status ${status}`}`);
    await clock.sleep(POLL_MS, { signal });
  }
  return fail(`a trial guest did not reach userspace within ${timeoutMs / 1000} s`);
}
