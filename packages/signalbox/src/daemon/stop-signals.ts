/** The signals that stop the daemon, and the exit code of one that comes twice. */
const STOP_SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

export type StopSignal = keyof typeof STOP_SIGNALS;

export interface StopSignals extends Disposable {
  /** Resolves with the first signal. The second one ends the process at once. */
  readonly first: Promise<StopSignal>;
}

/** Listens for SIGINT and SIGTERM until it is disposed of. */
export function onStopSignals(exit: (code: number) => void): StopSignals {
  const { promise, resolve } = Promise.withResolvers<StopSignal>();
  let stopping = false;
  const handlers = (Object.keys(STOP_SIGNALS) as StopSignal[]).map((signal) => {
    const handle = (): void => {
      if (stopping) exit(STOP_SIGNALS[signal]);
      stopping = true;
      resolve(signal);
    };
    process.on(signal, handle);
    return { signal, handle };
  });
  return {
    first: promise,
    [Symbol.dispose]: () => {
      for (const { signal, handle } of handlers) process.off(signal, handle);
    },
  };
}
