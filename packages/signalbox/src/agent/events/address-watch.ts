import type { Clock } from "@signalbox/base";
import { AddressEventSchema } from "#gen/machine/events_pb.js";
import type { EventSink } from "./event-log.ts";

/** What a machine goes by. */
export interface MachineAddresses {
  readonly hostname: string;
  /** Of its interfaces, without the loopback's. */
  readonly addresses: readonly string[];
}

export interface AddressWatchDeps {
  readonly clock: Clock;
  readonly events: EventSink;
  readonly read: () => MachineAddresses;
}

/** Node is not told when an interface gets an address. */
const POLL_MS = 5_000;

/**
 * Tells the machine's name and addresses, and again when they change, until the signal aborts.
 *
 * @throws what `read` throws
 */
export async function watchAddresses(deps: AddressWatchDeps, signal: AbortSignal): Promise<void> {
  const { clock, events, read } = deps;
  let told = "";
  while (!signal.aborted) {
    const { hostname, addresses } = read();
    const telling = JSON.stringify([hostname, addresses]);
    if (telling !== told) {
      told = telling;
      events.publish(AddressEventSchema, { hostname, addresses: [...addresses] });
    }
    await clock.sleep(POLL_MS, { signal }).catch(() => {});
  }
}
