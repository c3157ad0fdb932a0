import {
  type CallOutcome,
  GrpcError,
  type RawCallListener,
  type RawHandler,
  type RawServerCall,
  type RawService,
  STATUS,
} from "@signalbox/grpc";

export interface LazyServiceOptions {
  /** Full name. */
  readonly name: string;
  readonly methods: readonly string[];
  /** Called with each call; whoever loads once answers the same each time. */
  readonly load: () => Promise<{ readonly services: readonly RawService[] }>;
}

/** A service whose modules are loaded by its first call: who has no use for it does not pay for it. */
export function lazyService({ name, methods, load }: LazyServiceOptions): RawService {
  const handlerOf = async (method: string): Promise<RawHandler> => {
    const { services } = await load();
    const route = services.find((service) => service.name === name)?.methods[method];
    if (typeof route === "function") return route;
    throw new GrpcError(STATUS.UNIMPLEMENTED, `there is no ${name}/${method}`);
  };
  const handlers = methods.map((method): readonly [string, RawHandler] => [
    method,
    (call) => new LazyCall(call, handlerOf(method)),
  ]);
  return { name, methods: Object.fromEntries(handlers) };
}

/** A call that waits for its handler, with what came meanwhile. */
class LazyCall implements RawCallListener {
  readonly #call: RawServerCall;
  #listener: RawCallListener | undefined;
  #waiting: ((listener: RawCallListener) => void)[] = [];
  #isClosed = false;

  constructor(call: RawServerCall, handler: Promise<RawHandler>) {
    this.#call = call;
    call.pause();
    handler
      .then((handle) => this.#begin(handle))
      .catch((error: unknown) => {
        if (!this.#isClosed) call.fail(error);
      });
  }

  onMessage(message: Buffer): void {
    this.#tell((listener) => listener.onMessage(message));
  }

  onHalfClose(): void {
    this.#tell((listener) => listener.onHalfClose());
  }

  onDrain(): void {
    this.#tell((listener) => listener.onDrain());
  }

  onClose(outcome: CallOutcome): void {
    this.#isClosed = true;
    this.#waiting = [];
    this.#listener?.onClose(outcome);
  }

  #tell(act: (listener: RawCallListener) => void): void {
    if (this.#listener === undefined) this.#waiting.push(act);
    else act(this.#listener);
  }

  #begin(handle: RawHandler): void {
    if (this.#isClosed) return;
    // Before the handler, which may pause it again.
    this.#call.resume();
    const listener = handle(this.#call);
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#listener = listener;
    for (const act of waiting) act(listener);
  }
}
