import type { Random } from "@signalbox/base";
import { Channel, type ChannelOptions } from "@signalbox/grpc";

/** An endpoint that says nothing is given up for the next one. */
const PATIENCE_MS = 5_000;

export interface OpenChannelOptions extends ChannelOptions {
  readonly random: Random;
  /** Ends the looking for one that answers. */
  readonly signal: AbortSignal;
}

/**
 * A channel to one of several ways to the node API: the first that can be connected to, beginning
 * with any (node-api §4.3). When none can, calls tell why the last one cannot.
 *
 * @param endpoints `host:port`, at least one
 */
export async function openChannel(
  endpoints: readonly string[],
  { signal, ...options }: OpenChannelOptions,
): Promise<Channel> {
  const start = Math.floor(options.random.fraction() * endpoints.length);
  const inTurn = [...endpoints.slice(start), ...endpoints.slice(0, start)];
  const last = inTurn.pop() ?? "";
  for (const endpoint of inTurn) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other: most of the time one is enough
    const channel = await connected(endpoint, options, signal);
    if (channel !== undefined) return channel;
  }
  return new Channel(last, options);
}

async function connected(
  endpoint: string,
  options: ChannelOptions,
  signal: AbortSignal,
): Promise<Channel | undefined> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const stop = (): void => resolve(false);
  const channel = new Channel(endpoint, {
    ...options,
    times: { ...options.times, minConnectTimeoutMs: PATIENCE_MS },
    onState: (state) => {
      if (state === "READY") resolve(true);
      else if (state === "TRANSIENT_FAILURE") resolve(false);
    },
  });
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  else channel.connect();
  const isConnected = await promise;
  signal.removeEventListener("abort", stop);
  if (isConnected) return channel;
  channel.destroy();
  return undefined;
}
