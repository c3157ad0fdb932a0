import { type DestinationStream, type Logger, pino, stdSerializers } from "pino";
import { redact } from "./redact.ts";

/** A structured logger: `log.info({ key: value }, "what happened")`. */
export type Log = Pick<
  Logger,
  "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "level" | "isLevelEnabled"
> & { child(bindings: Record<string, unknown>): Log };

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

export interface LogOptions {
  /** Default `info`. */
  readonly level?: LogLevel;
  /** Where lines go; default standard error. */
  readonly destination?: DestinationStream;
}

/** Creates the process's logger: JSON lines, secrets blotted out by key, errors with causes. */
export function createLog(options: LogOptions = {}): Log {
  const logger = pino(
    {
      level: options.level ?? "info",
      base: null,
      timestamp: pinoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => redact(fields) as Record<string, unknown>,
      },
      serializers: { err: stdSerializers.errWithCause, error: stdSerializers.errWithCause },
    },
    options.destination ?? pino.destination({ fd: 2, sync: true }),
  );
  return withSafeChildren(logger);
}

/** pino does not format the bindings of children, so they are blotted out on the way in. */
function withSafeChildren(logger: Log): Log {
  const child = logger.child.bind(logger);
  return Object.assign(logger, {
    child: (bindings: Record<string, unknown>) =>
      withSafeChildren(child(redact(bindings) as Record<string, unknown>)),
  });
}

/** A logger that writes nothing. */
export const silentLog: Log = pino({ level: "silent" });

function pinoTime(): string {
  return `,"time":"${new Date().toISOString()}"`;
}
