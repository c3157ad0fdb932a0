import {
  type CallOutcome,
  type RawCallListener,
  type RawHandler,
  type RawServerCall,
  type RawService,
} from "@signalbox/grpc";

/**
 * A service whose code is loaded by the first call that wants it.
 *
 * @param methods names of its methods
 */
export function lazyService(
  name: string,
  methods: readonly string[],
  load: () => Promise<RawService>,
): RawService {
  let loading: Promise<RawService> | undefined;
  const handlerOf = async (method: string): Promise<RawHandler> => {
    const { methods: loaded } = await (loading ??= load());
    const route = loaded[method];
    if (route === undefined) throw new Error(`${name} has no method ${method}`);
    return typeof route === "function" ? route : route.handler;
  };
  const lazy =
    (method: string): RawHandler =>
    (call) =>
      new LazyCall(call, handlerOf(method));
  return { name, methods: Object.fromEntries(methods.map((method) => [method, lazy(method)])) };
}

/** A call whose handler is not there yet: nothing of it is read. */
class LazyCall implements RawCallListener {
  readonly #call: RawServerCall;
  #listener: RawCallListener | undefined;
  #isOver = false;

  constructor(call: RawServerCall, handler: Promise<RawHandler>) {
    this.#call = call;
    call.pause();
    handler.then((handle) => this.#start(handle)).catch((error: unknown) => call.fail(error));
  }

  onMessage(message: Buffer): void {
    this.#listener?.onMessage(message);
  }

  onHalfClose(): void {
    this.#listener?.onHalfClose();
  }

  onDrain(): void {
    this.#listener?.onDrain();
  }

  onClose(outcome: CallOutcome): void {
    this.#isOver = true;
    this.#listener?.onClose(outcome);
  }

  #start(handle: RawHandler): void {
    if (this.#isOver) return;
    this.#listener = handle(this.#call);
    this.#call.resume();
  }
}
