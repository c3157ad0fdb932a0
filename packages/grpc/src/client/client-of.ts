import type { DescMethod, DescService, Message } from "@bufbuild/protobuf";
import type { CallOptions, Client } from "./typed-client.ts";
import { type CallOpener, TypedClientCall } from "./typed-client-call.ts";

/** A method with its types taken off; the descriptor says which of the four it is. */
type AnyCall = (
  request: Message & AsyncIterable<Message>,
  options?: CallOptions,
) => Promise<Message> | AsyncIterable<Message>;

/**
 * Makes a client out of a service's generated descriptor.
 *
 * @example
 * ```ts
 * const greeter = clientOf(Greeter, new Channel("127.0.0.1:50051"));
 * const { text } = await greeter.sayHello({ name: "you" }, { timeoutMs: 1_000 });
 * for await (const { n } of greeter.countTo({ limit: 3 })) console.log(n);
 * ```
 */
export function clientOf<S extends DescService>(descriptor: S, opener: CallOpener): Client<S> {
  const methods: Record<string, AnyCall> = {};
  for (const method of descriptor.methods) methods[method.localName] = callOf(method, opener);
  // The descriptor gives each function its kind; the types of the client say the same.
  return Object.freeze(methods) as unknown as Client<S>;
}

function callOf(method: DescMethod, opener: CallOpener): AnyCall {
  const { methodKind } = method;
  const isBidi = methodKind === "bidi_streaming";
  const sendsMany = isBidi || methodKind === "client_streaming";
  const takesMany = isBidi || methodKind === "server_streaming";
  return (request, options = {}) => {
    const call = new TypedClientCall(opener, method, options);
    void (sendsMany ? call.sendAll(request) : call.sendOne(request));
    return takesMany ? call.responses : call.takeOne();
  };
}
