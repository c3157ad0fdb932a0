/**
 * The signals that stop the daemon, and the exit code of one that comes twice. A terminal that goes
 * away sends SIGHUP: what ran in it ends in good order, too. Nothing is reloaded at SIGHUP, because
 * certificates and tokens are read again by themselves when their files change.
 */
const STOP_SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Node opens its inspector at this signal, for whoever may send it, unless somebody listens. */
const DEBUGGER_SIGNAL = "SIGUSR1";

export type StopSignal = keyof typeof STOP_SIGNALS;

export interface StopSignals extends Disposable {
  /** Resolves with the first signal. The second one ends the process at once. */
  readonly first: Promise<StopSignal>;
}

/** Listens for signals until it is disposed of. */
export function onStopSignals(exit: (code: number) => void): StopSignals {
  const { promise, resolve } = Promise.withResolvers<StopSignal>();
  let stopping = false;
  const handlers: { readonly signal: NodeJS.Signals; readonly handle: () => void }[] = (
    Object.keys(STOP_SIGNALS) as StopSignal[]
  ).map((signal) => {
    const handle = (): void => {
      if (stopping) exit(STOP_SIGNALS[signal]);
      stopping = true;
      resolve(signal);
    };
    return { signal, handle };
  });
  handlers.push({ signal: DEBUGGER_SIGNAL, handle: () => {} });
  for (const { signal, handle } of handlers) process.on(signal, handle);
  return {
    first: promise,
    [Symbol.dispose]: () => {
      for (const { signal, handle } of handlers) process.off(signal, handle);
    },
  };
}
