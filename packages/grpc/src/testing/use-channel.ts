import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { until } from "@signalbox/testing";
import { Channel } from "../client/channel.ts";
import type { ChannelOptions } from "../client/channel-options.ts";
import type { ClientOutcome, OpenOptions, RawClientCall } from "../client/raw-client-call.ts";
import { encodeFrame } from "../frame.ts";
import type { Metadata } from "../metadata.ts";

/** A channel that is closed when the test is over, and must leave nothing behind then. */
export function useChannel(t: TestContext, target: string, options: ChannelOptions = {}): Channel {
  const channel = new Channel(target, options);
  t.after(async () => {
    channel.destroy();
    await channel.close();
    await until(() => channel.connections === 0);
    const { calls, connections, streams, timers } = channel;
    assert.deepEqual(
      { calls, connections, streams, timers },
      { calls: 0, connections: 0, streams: 0, timers: 0 },
    );
  });
  return channel;
}

/** What a raw call brought. */
export class Recorded {
  readonly messages: Buffer[] = [];
  headers: Metadata | undefined;
  encoding: string | undefined;
  outcome: ClientOutcome | undefined;
  drains = 0;
  call!: RawClientCall;
  readonly #closed = Promise.withResolvers<ClientOutcome>();

  get texts(): string[] {
    return this.messages.map(String);
  }

  /** Resolves with the end of the call. */
  get closed(): Promise<ClientOutcome> {
    return this.#closed.promise;
  }

  close(outcome: ClientOutcome): void {
    assert.equal(this.outcome, undefined, "a call ends once");
    this.outcome = outcome;
    this.#closed.resolve(outcome);
  }
}

/** Opens a call, notes what it brings, and writes `messages`. */
export function record(
  channel: Channel,
  path: string,
  options: OpenOptions = {},
  messages?: readonly (string | Buffer)[],
): Recorded {
  const seen = new Recorded();
  seen.call = channel.open(path, options, {
    onHeaders: (metadata, encoding) => {
      seen.headers = metadata;
      seen.encoding = encoding;
    },
    onMessage: (message) => seen.messages.push(Buffer.from(message)),
    onDrain: () => {
      seen.drains += 1;
    },
    onClose: (outcome) => seen.close(outcome),
  });
  for (const message of messages ?? []) seen.call.write(encodeFrame(Buffer.from(message)).bytes);
  if (messages !== undefined) seen.call.halfClose();
  return seen;
}
