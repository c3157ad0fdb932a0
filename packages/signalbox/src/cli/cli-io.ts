import type { Clock } from "@signalbox/base";

/** Where a command reads from and writes to, given by main.ts so that tests can give their own. */
export interface CliIo {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WritableStream;
  /** Progress and errors; what a program wants goes to `stdout` alone. */
  readonly stderr: NodeJS.WritableStream;
  /** True when a person watches `stderr`, and a line of progress may be redrawn. */
  readonly isInteractive: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal;
}
