import type { CallOutcome, RawCallListener, RawRoute, RawServerCall } from "@signalbox/grpc";
import { fanOut } from "./fan-out/fan-out.ts";
import { checkPlan, type Plan } from "./plan.ts";
import { type ProxyOptions, type ProxySettings, resolveProxySettings } from "./proxy-options.ts";
import { relay } from "./relay/relay.ts";

/**
 * A route that sends calls on to other machines. Give it to a router as `unknown`, and it takes
 * every method that the server does not have itself; or as a method of a service.
 *
 * @example
 * ```ts
 * const proxy = createProxy({
 *   director: (call) => ({ mode: "one-to-one", backends: [backendOf(call)] }),
 * });
 * const server = createGrpcServer({ router: new Router({ unknown: proxy }) });
 * ```
 *
 * @throws RangeError when a limit is not a positive number
 */
export function createProxy(options: ProxyOptions): RawRoute {
  const settings = resolveProxySettings(options);
  return { messages: "frames", handler: (call) => open(settings, call) };
}

function open(settings: ProxySettings, call: RawServerCall): RawCallListener {
  const plan = settings.director(call);
  return plan instanceof Promise
    ? new Undecided(settings, call, plan)
    : start(settings, call, plan);
}

function start(settings: ProxySettings, call: RawServerCall, plan: Plan): RawCallListener {
  checkPlan(plan);
  return plan.mode === "one-to-one" ? relay(call, plan) : fanOut(call, plan, settings);
}

/** A call whose director still thinks: nothing of it is read. */
class Undecided implements RawCallListener {
  readonly #settings: ProxySettings;
  readonly #call: RawServerCall;
  #decided: RawCallListener | undefined;
  #isOver = false;

  constructor(settings: ProxySettings, call: RawServerCall, plan: Promise<Plan>) {
    this.#settings = settings;
    this.#call = call;
    call.pause();
    plan.then(
      (value) => this.#start(value),
      (error: unknown) => call.fail(error),
    );
  }

  onMessage(message: Buffer): void {
    this.#decided?.onMessage(message);
  }

  onHalfClose(): void {
    this.#decided?.onHalfClose();
  }

  onDrain(): void {
    this.#decided?.onDrain();
  }

  onClose(outcome: CallOutcome): void {
    this.#isOver = true;
    this.#decided?.onClose(outcome);
  }

  #start(plan: Plan): void {
    if (this.#isOver) return;
    try {
      this.#decided = start(this.#settings, this.#call, plan);
      this.#call.resume();
    } catch (error) {
      this.#call.fail(error);
    }
  }
}
