import { type DestinationStream, type Logger, pino, stdSerializers } from "pino";
import { redact } from "./redact.ts";

/**
 * A structured logger: `log.info({ key: value }, "what happened")`. A logger and all its children
 * have one level: setting it on any sets it for all.
 */
export type Log = Pick<
  Logger,
  "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "level" | "isLevelEnabled"
> & { child(bindings: Record<string, unknown>): Log };

/** What is written: lines of this level and of those behind it; `silent` for none. */
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

/** Of the process's logger. */
export interface LogOptions {
  /** Default `info`. */
  readonly level?: LogLevel;
  /** Where lines go; default standard error. */
  readonly destination?: DestinationStream;
}

/** Creates the process's logger: JSON lines, secrets blotted out by key, errors with causes. */
export function createLog(options: LogOptions = {}): Log {
  const threshold: Threshold = { level: options.level ?? "info" };
  const logger = pino(
    {
      // pino fixes a child's level when it is made, so what is below the common one is held back here.
      level: LOWEST,
      hooks: {
        logMethod(args, method, level) {
          if (level >= valueOf(threshold.level)) method.apply(this, args);
        },
      },
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
  return withSafeChildren(logger, Reflect.get(logger, "child") as PinoChild, threshold);
}

/** The level that a logger and its children have in common. */
interface Threshold {
  level: string;
}

const LOWEST = "trace";

type PinoChild = (this: Log, bindings: Record<string, unknown>, options: { level: string }) => Log;

function valueOf(level: string): number {
  return pino.levels.values[level] ?? Infinity;
}

/**
 * pino does not format the bindings of children, so they are blotted out on the way in. A child has
 * its parent as prototype, so pino's own `child` is handed down, not looked up.
 */
function withSafeChildren(logger: Log, pinoChild: PinoChild, threshold: Threshold): Log {
  Object.defineProperty(logger, "level", {
    get: () => threshold.level,
    set: (level: string) => {
      threshold.level = level;
    },
  });
  return Object.assign(logger, {
    isLevelEnabled: (level: string) => valueOf(level) >= valueOf(threshold.level),
    child: (bindings: Record<string, unknown>) => {
      const safe = redact(bindings) as Record<string, unknown>;
      const child = pinoChild.call(logger, safe, { level: LOWEST });
      return withSafeChildren(child, pinoChild, threshold);
    },
  });
}

/** A logger that writes nothing. */
export const silentLog: Log = pino({ level: "silent" });

function pinoTime(): string {
  return `,"time":"${new Date().toISOString()}"`;
}
