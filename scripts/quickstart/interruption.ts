/** Exit codes of a run that a signal ended, as a shell has them. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
const SIGNAL_NAMES = Object.keys(SIGNALS) as (keyof typeof SIGNALS)[];

/** The run was asked to end before it was through. */
export class Interruption extends Error {
  readonly exitCode: number;

  constructor(signal: keyof typeof SIGNALS) {
    super(`interrupted (${signal})`);
    this.exitCode = SIGNALS[signal];
  }

  /** What ended a command with this exit code; undefined when it was no interruption. */
  static ofExitCode(code: number): Interruption | undefined {
    const signal = SIGNAL_NAMES.find((name) => SIGNALS[name] === code);
    return signal && new Interruption(signal);
  }
}

/** Aborts with an {@link Interruption} at Ctrl-C and its like, from now until the process ends. */
export function interruptionSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of SIGNAL_NAMES) {
    process.on(name, () => controller.abort(new Interruption(name)));
  }
  return controller.signal;
}
