import type { MessageInitShape } from "@bufbuild/protobuf";
import { fail, ok, type Result } from "@signalbox/base";
import type { LoadAvgSchema } from "#gen/machine/system_pb.js";
import { double } from "./kernel-number.ts";

const LOADS = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+) /;

/** `/proc/loadavg`: `0.42 0.36 0.33 2/226 4408`. */
export function parseLoadAvg(text: string): Result<MessageInitShape<typeof LoadAvgSchema>> {
  const match = LOADS.exec(text);
  if (match === null) return fail("no three averages");
  return ok({ load1: double(match[1]), load5: double(match[2]), load15: double(match[3]) });
}
