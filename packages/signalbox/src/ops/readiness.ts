/** One thing that has to be right before the daemon is ready. */
export interface ReadinessCheck {
  readonly name: string;
  /** Why it is not ready; undefined when it is. Asked at every probe, so it must be cheap. */
  readonly fault: () => string | undefined;
}

export interface ReadinessReport {
  readonly ready: boolean;
  readonly notReady: readonly { readonly name: string; readonly reason: string }[];
}

/** What `/readyz` answers: the sum of the checks that parts have added. */
export class Readiness {
  readonly #checks: ReadinessCheck[] = [];
  #stopping = false;

  add(check: ReadinessCheck): void {
    this.#checks.push(check);
  }

  /** From now on not ready, whatever the checks say: the first act of a shutdown. */
  stop(): void {
    this.#stopping = true;
  }

  report(): ReadinessReport {
    const notReady = this.#checks.flatMap(({ name, fault }) => {
      const reason = fault();
      return reason === undefined ? [] : [{ name, reason }];
    });
    if (this.#stopping) notReady.unshift({ name: "daemon", reason: "stopping" });
    return { ready: notReady.length === 0, notReady };
  }
}

/** A check that is not ready until it is told so once. */
export function latch(name: string, reason: string): ReadinessCheck & { done(): void } {
  let fault: string | undefined = reason;
  return {
    name,
    fault: () => fault,
    done: () => {
      fault = undefined;
    },
  };
}
