import type { Clock } from "@signalbox/base";
import type { QemuSettings } from "../qemu-settings.ts";
import { runProgram } from "./run-program.ts";

/** The programs that machines need: their version, or what to install. */
export type Programs = { readonly version: string } | { readonly missing: string };

const TIMEOUT_MS = 10_000;

export async function findPrograms(
  settings: Pick<QemuSettings, "qemuProgram" | "qemuImgProgram" | "searchPath">,
  deps: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Programs> {
  const options = { ...deps, timeoutMs: TIMEOUT_MS, searchPath: settings.searchPath };
  const qemu = await runProgram([settings.qemuProgram, "--version"], options);
  if (qemu.status !== 0) return missing(settings.qemuProgram, "qemu-system-x86");
  const qemuImg = await runProgram([settings.qemuImgProgram, "--version"], options);
  if (qemuImg.status !== 0) return missing(settings.qemuImgProgram, "qemu-utils");
  return { version: /version (\S+)/.exec(qemu.stdout)?.[1] ?? "of unknown version" };
}

function missing(program: string, debianPackage: string): Programs {
  return { missing: `${program} does not start; install the package ${debianPackage}` };
}
