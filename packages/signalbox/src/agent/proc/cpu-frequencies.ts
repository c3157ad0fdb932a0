import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { CPUFreqStatsSchema } from "#gen/machine/system_pb.js";
import { readKernelLine } from "./kernel-file.ts";
import { uint64 } from "./kernel-number.ts";

type FrequencyInit = MessageInitShape<typeof CPUFreqStatsSchema>;

/**
 * What each processor runs at, in their order. One that does not tell all three numbers is an
 * empty element (node-api §4.2); virtual machines' mostly do not.
 */
export async function readCpuFrequencies(sys: string): Promise<FrequencyInit[]> {
  const folder = join(sys, "devices/system/cpu");
  const names = await readdir(folder);
  const numbers = names.flatMap((name) => /^cpu(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  numbers.sort((a, b) => a - b);
  return Promise.all(numbers.map((number) => readOne(join(folder, `cpu${number}/cpufreq`))));
}

async function readOne(folder: string): Promise<FrequencyInit> {
  const [current, minimum, maximum, governor] = await Promise.all([
    // What the hardware says is often kept from all but root, or not there at all.
    firstNumber(folder, "cpuinfo_cur_freq", "scaling_cur_freq"),
    firstNumber(folder, "cpuinfo_min_freq", "scaling_min_freq"),
    firstNumber(folder, "cpuinfo_max_freq", "scaling_max_freq"),
    readKernelLine(join(folder, "scaling_governor")),
  ]);
  if (current === undefined || minimum === undefined || maximum === undefined) return {};
  return { current, minimum, maximum, governor: governor ?? "" };
}

async function firstNumber(folder: string, ...names: string[]): Promise<bigint | undefined> {
  for (const name of names) {
    // oxlint-disable-next-line no-await-in-loop -- the second is only read for want of the first
    const line = await readKernelLine(join(folder, name));
    if (line !== undefined && /^\d+$/.test(line)) return uint64(line);
  }
  return undefined;
}
