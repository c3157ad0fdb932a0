import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Bytes of heap that are in use once everything that can go is gone. */
export async function heapInUse(): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  return process.memoryUsage().heapUsed;
}
