import type { MessageInitShape } from "@bufbuild/protobuf";
import type { CPUInfoSchema } from "#gen/machine/system_pb.js";
import { double, uint32 } from "./kernel-number.ts";
import { words } from "./text-lines.ts";

/** `/proc/cpuinfo`: a block of `name : value` lines a processor. */
export function parseCpuInfo(text: string): MessageInitShape<typeof CPUInfoSchema>[] {
  return text.split(/\n\s*\n/).flatMap((block) => {
    const values = blockValues(block);
    return values.has("processor") ? [describe((name) => values.get(name))] : [];
  });
}

/** Names in lower case: x86 writes `bogomips`, others `BogoMIPS`. */
function blockValues(block: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of block.split("\n")) {
    const at = line.indexOf(":");
    if (at > 0) values.set(line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim());
  }
  return values;
}

function describe(
  value: (name: string) => string | undefined,
): MessageInitShape<typeof CPUInfoSchema> {
  const text = (name: string): string => value(name) ?? "";
  return {
    processor: uint32(value("processor")),
    vendorId: text("vendor_id"),
    cpuFamily: text("cpu family"),
    model: text("model"),
    modelName: text("model name"),
    stepping: text("stepping"),
    microcode: text("microcode"),
    cpuMhz: double(value("cpu mhz")),
    cacheSize: text("cache size"),
    physicalId: text("physical id"),
    siblings: uint32(value("siblings")),
    coreId: text("core id"),
    cpuCores: uint32(value("cpu cores")),
    apicId: text("apicid"),
    initialApicId: text("initial apicid"),
    fpu: text("fpu"),
    fpuException: text("fpu_exception"),
    cpuIdLevel: uint32(value("cpuid level")),
    wp: text("wp"),
    // Arm calls them features.
    flags: [...words(value("flags") ?? text("features"))],
    bugs: [...words(text("bugs"))],
    bogoMips: double(value("bogomips")),
    clFlushSize: uint32(value("clflush size")),
    cacheAlignment: uint32(value("cache_alignment")),
    addressSizes: text("address sizes"),
    powerManagement: text("power management"),
  };
}
