import { SpanKind, SpanStatusCode, type Tracer } from "@opentelemetry/api";
import { type Clock, Problem } from "@signalbox/base";
import type { ProviderInstruments } from "./provider-instruments.ts";

export interface CallObserverDeps {
  readonly region: string;
  readonly type: string;
  readonly clock: Clock;
  readonly instruments: ProviderInstruments;
  readonly tracer: Tracer;
}

/** Times calls of one provider, and makes each a span below the one under way. */
export type ObserveCall = <T>(name: string, call: () => Promise<T>) => Promise<T>;

export function createCallObserver(deps: CallObserverDeps): ObserveCall {
  const { region, type, clock, instruments, tracer } = deps;
  const attributes = { "signalbox.region": region, "signalbox.provider": type };
  return (name, call) =>
    tracer.startActiveSpan(
      `provider ${name}`,
      { kind: SpanKind.CLIENT, attributes },
      async (span) => {
        const startedMs = clock.monotonic();
        let outcome = "ok";
        try {
          return await call();
        } catch (error) {
          outcome = Problem.from(error).code;
          span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
          throw error;
        } finally {
          instruments.called(region, name, outcome, clock.monotonic() - startedMs);
          span.end();
        }
      },
    );
}
