import { createLog, type Log } from "@signalbox/base";
import { LogRing } from "./supervisor/log-ring.ts";

/** What the agent says of itself, and the last of what it said. */
export interface OwnLog {
  readonly log: Log;
  readonly ownOutput: LogRing;
}

/** The id of the agent's log among those of services, none of which is called so. */
export const OWN_LOG_ID = "agent";

/** Writes to standard error (or `write`), and keeps what callers may read (`logs agent`). */
export function createOwnLog(
  write: (line: string) => void = (line) => void process.stderr.write(line),
): OwnLog {
  const ownOutput = new LogRing();
  const destination = {
    write: (line: string): void => {
      write(line);
      ownOutput.append(Buffer.from(line));
    },
  };
  return { log: createLog({ level: "info", destination }), ownOutput };
}
