import { parentPort } from "node:worker_threads";
import { LogFile, fileIn } from "./log-file.ts";
import { describeFault } from "./log-fault.ts";
import type { LogOperations, LogReply, LogRequest } from "./log-messages.ts";

/**
 * The thread that owns the file: so that waiting for the disk never holds up the process's own
 * loop. It answers one request after the other.
 */
let directory = "";
let log: LogFile | undefined;

const operations: LogOperations = {
  open: (inDirectory) => {
    directory = inDirectory;
    log = new LogFile(directory);
    return { ...log.state, stretches: log.stretches() };
  },
  loadNext: () => opened().loadNext(),
  append: (rows) => opened().append(rows),
  history: (after, maxRows) => opened().history(after, maxRows),
  compact: (upTo) => opened().compact(upTo),
  close: () => log?.close(),
};

parentPort?.on("message", (request: LogRequest) => parentPort?.postMessage(answer(request)));

function answer({ serial, operation, args }: LogRequest): LogReply {
  try {
    const run = operations[operation] as (...args: readonly unknown[]) => unknown;
    return { serial, answer: run(...args) };
  } catch (error) {
    return { serial, failure: describeFault(error, fileIn(directory)) };
  }
}

function opened(): LogFile {
  if (log === undefined) throw new Error("the log has not been opened");
  return log;
}
