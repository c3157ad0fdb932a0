import type { DescService } from "@bufbuild/protobuf";
import type { RawHandler } from "../server/raw-call.ts";
import type { RawService } from "../server/router.ts";
import type { ServiceImplementation } from "./implementation.ts";
import { type AnyMethod, TypedCall } from "./typed-call.ts";

/** A service with its schema. */
export interface TypedService extends RawService {
  readonly descriptor: DescService;
}

/**
 * Makes a service out of its generated descriptor and one function a method.
 *
 * @example
 * ```ts
 * const greeter = serviceOf(Greeter, {
 *   sayHello: ({ name }) => ({ text: `Hello, ${name}` }),
 *   async *countTo({ limit }) {
 *     for (let n = 1; n <= limit; n++) yield { n };
 *   },
 * });
 * ```
 */
export function serviceOf<S extends DescService>(
  descriptor: S,
  implementation: ServiceImplementation<S>,
): TypedService {
  // The types of the implementation were checked at this door; inside, the descriptor rules.
  const functions = implementation as Readonly<Record<string, AnyMethod | undefined>>;
  const methods: Record<string, RawHandler> = {};
  for (const method of descriptor.methods) {
    const run = functions[method.localName]?.bind(functions);
    if (run !== undefined) methods[method.name] = (call) => new TypedCall(call, method, run);
  }
  return { name: descriptor.typeName, methods, descriptor };
}
