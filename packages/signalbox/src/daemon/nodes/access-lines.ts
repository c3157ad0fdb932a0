import { write } from "node:fs";
import { promisify } from "node:util";
import type { Clock, Log } from "@signalbox/base";
import type { WriteText } from "../../nodes/access-log.ts";

const writeFile = promisify(write);

/** Writes to an open file without holding up whoever asks: a pipe that nobody reads waits alone. */
export function writeTo(descriptor: number): WriteText {
  return async (text) => {
    let rest = Buffer.from(text);
    while (rest.length > 0) {
      const { bytesWritten } = await writeFile(descriptor, rest);
      rest = rest.subarray(bytesWritten);
    }
  };
}

/**
 * A line of the access log in the form of the daemon's log, where it stands; undefined while that
 * does not take what is of interest only now and then.
 */
export function logLine(message: string, deps: { readonly clock: Clock; readonly log: Log }) {
  if (!deps.log.isLevelEnabled("info")) return undefined;
  const time = new Date(deps.clock.now()).toISOString();
  return JSON.stringify({ level: "info", time, part: "node access", msg: message });
}
