import type { XdsCallbacks } from "./callbacks.ts";

/** Several users of one server: each is called, in order; the first transform of a stream counts. */
export function joinCallbacks(...all: readonly XdsCallbacks[]): XdsCallbacks {
  return {
    onStreamOpen: (stream) => inTurn(all, (one) => one.onStreamOpen?.(stream)),
    onNode: (stream, node) => inTurn(all, (one) => one.onNode?.(stream, node)),
    onNodeChange: (stream, before) => inTurn(all, (one) => one.onNodeChange?.(stream, before)),
    onRequest: (stream, event) => inTurn(all, (one) => one.onRequest?.(stream, event)),
    onAck: (stream, ack) => {
      for (const one of all) one.onAck?.(stream, ack);
    },
    onNack: (stream, refusal) => {
      for (const one of all) one.onNack?.(stream, refusal);
    },
    onSubscriptionChange: (stream, typeUrl, change) => {
      for (const one of all) one.onSubscriptionChange?.(stream, typeUrl, change);
    },
    onResponse: (stream, event) => {
      for (const one of all) one.onResponse?.(stream, event);
    },
    transformResponse: (stream) => {
      for (const one of all) {
        const transform = one.transformResponse?.(stream);
        if (transform !== undefined) return transform;
      }
      return undefined;
    },
    onStreamClose: (stream, outcome) => {
      for (const one of all) one.onStreamClose?.(stream, outcome);
    },
    onFetchRequest: (request, peer) => inTurn(all, (one) => one.onFetchRequest?.(request, peer)),
    onFetchResponse: (request, answer) => {
      for (const one of all) one.onFetchResponse?.(request, answer);
    },
  };
}

/** One after another; makes a promise only when somebody does. */
function inTurn(
  all: readonly XdsCallbacks[],
  call: (one: XdsCallbacks) => void | Promise<void>,
): void | Promise<void> {
  for (const [i, one] of all.entries()) {
    const pending = call(one);
    if (pending !== undefined) return pending.then(() => inTurn(all.slice(i + 1), call));
  }
}
