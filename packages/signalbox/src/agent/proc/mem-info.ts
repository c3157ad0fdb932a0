import type { MessageInitShape } from "@bufbuild/protobuf";
import type { MemInfoSchema } from "#gen/machine/system_pb.js";
import { uint64 } from "./kernel-number.ts";

type MemInfoInit = MessageInitShape<typeof MemInfoSchema>;

/** The field of each line that has one: its name without what is no letter or digit. */
const FIELDS: ReadonlySet<string> = new Set([
  "memtotal",
  "memfree",
  "memavailable",
  "buffers",
  "cached",
  "swapcached",
  "active",
  "inactive",
  "activeanon",
  "inactiveanon",
  "activefile",
  "inactivefile",
  "unevictable",
  "mlocked",
  "swaptotal",
  "swapfree",
  "dirty",
  "writeback",
  "anonpages",
  "mapped",
  "shmem",
  "slab",
  "sreclaimable",
  "sunreclaim",
  "kernelstack",
  "pagetables",
  "nfsunstable",
  "bounce",
  "writebacktmp",
  "commitlimit",
  "committedas",
  "vmalloctotal",
  "vmallocused",
  "vmallocchunk",
  "hardwarecorrupted",
  "anonhugepages",
  "shmemhugepages",
  "shmempmdmapped",
  "cmatotal",
  "cmafree",
  "hugepagestotal",
  "hugepagesfree",
  "hugepagesrsvd",
  "hugepagessurp",
  "hugepagesize",
  "directmap4k",
  "directmap2m",
  "directmap1g",
] satisfies (keyof MemInfoInit)[]);

/** `/proc/meminfo`, numbers as printed: `Active(anon):    1234 kB`. What is missing is 0. */
export function parseMemInfo(text: string): MemInfoInit {
  const found: Record<string, bigint> = {};
  for (const [, label = "", value] of text.matchAll(/^([^:\n]+):\s+(\d+)/gm)) {
    const field = label.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
    if (FIELDS.has(field)) found[field] = uint64(value);
  }
  return found;
}
