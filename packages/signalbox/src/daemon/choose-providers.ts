import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { fail, ok, type Result } from "@signalbox/base";
import type { Config } from "../config/schema.ts";
import type { ProviderType } from "./first-declarations.ts";

export interface ChosenProviders {
  readonly types: readonly ProviderType[];
  /** Something the operator did not ask for and should know. */
  readonly message?: string;
}

/**
 * Provider types to run: those asked for, else those of the declared regions, else, on a first
 * start, qemu when it can be used here and simulated when not.
 */
export async function chooseProviders(
  config: Config,
  probeQemu: () => Promise<Result<void>>,
): Promise<ChosenProviders> {
  if (config.providers !== undefined && config.providers.length > 0) {
    return { types: config.providers };
  }
  if (config.regions.length > 0) {
    return { types: [...new Set(config.regions.map(({ type }) => type))] };
  }
  const qemu = await probeQemu();
  if (qemu.ok) return { types: ["qemu"] };
  return {
    types: ["simulated"],
    message: `QEMU cannot be used here (${qemu.error}), so machines are only simulated`,
  };
}

const PROGRAMS = ["qemu-system-x86_64", "qemu-img"];
const PROBE_TIMEOUT_MS = 10_000;

/** Whether the programs that run machines are there and start. */
export async function probeQemuPrograms(): Promise<Result<void>> {
  const run = promisify(execFile);
  for (const program of PROGRAMS) {
    try {
      await run(program, ["--version"], { timeout: PROBE_TIMEOUT_MS });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") return fail(`${program} is not installed`);
      return fail(`${program} does not start`);
    }
  }
  return ok(undefined);
}
