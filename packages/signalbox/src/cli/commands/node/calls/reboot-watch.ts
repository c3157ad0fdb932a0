import { type Clock, Problem } from "@signalbox/base";
import { type Channel, clientOf, GrpcError, Metadata, STATUS } from "@signalbox/grpc";
import {
  type Event,
  MachineStatusEvent_MachineStage as Stage,
  MachineStatusEventSchema,
  PhaseEventSchema,
  SequenceEvent_Action,
  SequenceEventSchema,
} from "#gen/machine/events_pb.js";
import { MachineService } from "#gen/machine/machine_pb.js";
import type { RebootRequest_Mode } from "#gen/machine/power_pb.js";
import { payloadOf } from "./read-event.ts";

const BOOT_ID = "/proc/sys/kernel/random/boot_id";
const RETRY_MS = 1000;
/** A machine that is gone does not say so: a call that nothing answers is tried again. */
const PROBE_MS = 5000;

export interface RebootWatchOptions {
  readonly mode: RebootRequest_Mode;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told how far it is. */
  readonly show: (text: string) => void;
}

/** What tells the life of a machine before its reboot from the one behind it. */
interface LifeBefore {
  /** Of its kernel; undefined for callers who may not read it. */
  readonly bootId: string | undefined;
  /** Of the reboot's events, which a machine remembers until it is down. */
  readonly actorId: string;
}

interface Look {
  readonly state: "away" | "back";
  readonly detail: string;
}

const GOING_DOWN: Look = Object.freeze({ state: "away", detail: "going down" });

/**
 * Reboots one machine and waits until it is back (node-api §4.3): its kernel is another one, or,
 * for callers who may not read which, it remembers nothing of the reboot; and it says that it runs
 * and is ready. Ends with the signal's reason.
 *
 * @throws Problem when the machine says that the reboot failed, GrpcError when it refuses
 */
export class RebootWatch {
  readonly #channel: Channel;
  readonly #node: string;
  readonly #options: RebootWatchOptions;

  constructor(channel: Channel, node: string, options: RebootWatchOptions) {
    this.#channel = channel;
    this.#node = node;
    this.#options = options;
  }

  async run(): Promise<void> {
    const { show, signal, mode } = this.#options;
    show("asking");
    await this.#client.version({}, this.#call(signal));
    const before = await this.#bootIdIfAllowed(signal);
    const stop = new AbortController();
    const watching = AbortSignal.any([signal, stop.signal]);
    let actorId = "";
    try {
      const events = this.#client.events({}, this.#call(watching))[Symbol.asyncIterator]();
      // The first one is empty: from here on nothing is missed.
      await events.next();
      const { messages } = await this.#client.reboot({ mode }, this.#call(signal));
      show("going down");
      actorId = messages[0]?.actorId ?? "";
      await this.#followDown(events, actorId);
    } finally {
      stop.abort();
    }
    await this.#untilBack({ bootId: before, actorId });
    show("back");
  }

  /** Until the stream breaks off, as it does when the machine is down. */
  async #followDown(events: AsyncIterator<Event>, actorId: string): Promise<void> {
    const { show, signal } = this.#options;
    try {
      for (;;) {
        const { value, done } = await events.next();
        if (done === true) return;
        if (value.actorId !== actorId) continue;
        const phase = payloadOf(value, PhaseEventSchema);
        if (phase !== undefined) show(`going down: ${phase.name}`);
        const sequence = payloadOf(value, SequenceEventSchema);
        if (sequence?.error !== undefined && sequence.action === SequenceEvent_Action.STOP) {
          throw new Problem("unprocessable", sequence.error.message);
        }
      }
    } catch (error) {
      if (!(error instanceof GrpcError) || signal.aborted) throw error;
    }
  }

  async #untilBack(before: LifeBefore): Promise<void> {
    const { clock, show, signal } = this.#options;
    for (;;) {
      signal.throwIfAborted();
      const { state, detail } = await this.#look(before);
      if (state === "back") return;
      show(detail);
      await clock.sleep(RETRY_MS, { signal });
    }
  }

  async #look(before: LifeBefore): Promise<Look> {
    const { signal, clock } = this.#options;
    const stop = new AbortController();
    const cancel = clock.after(PROBE_MS, () => stop.abort());
    const probing = AbortSignal.any([signal, stop.signal]);
    try {
      if (before.bootId !== undefined && (await this.#bootId(probing)) === before.bootId)
        return GOING_DOWN;
      const { isReady, actors } = await this.#toldOfItself(probing);
      if (before.bootId === undefined && actors.has(before.actorId)) return GOING_DOWN;
      return isReady ? { state: "back", detail: "" } : { state: "away", detail: "starting" };
    } catch (error) {
      if (signal.aborted || !(error instanceof GrpcError)) throw error;
      return { state: "away", detail: "down" };
    } finally {
      cancel();
      stop.abort();
    }
  }

  /** What the machine said last of itself, among all that it remembers. */
  async #toldOfItself(signal: AbortSignal): Promise<{
    readonly isReady: boolean;
    readonly actors: ReadonlySet<string>;
  }> {
    const newest = await this.#newestEventId(signal);
    let isReady = false;
    const actors = new Set<string>();
    for await (const event of this.#client.events({ tailEvents: -1 }, this.#call(signal))) {
      if (isGreeting(event)) continue;
      actors.add(event.actorId);
      const status = payloadOf(event, MachineStatusEventSchema);
      if (status !== undefined) {
        isReady = status.stage === Stage.RUNNING && status.status?.ready === true;
      }
      // Identifiers sort by time; what follows has not happened yet.
      if (event.id >= newest) break;
    }
    return { isReady, actors };
  }

  /** Waits for the first event, should there have been none. */
  async #newestEventId(signal: AbortSignal): Promise<string> {
    for await (const event of this.#client.events({ tailEvents: 1 }, this.#call(signal))) {
      if (!isGreeting(event)) return event.id;
    }
    throw new GrpcError(STATUS.UNAVAILABLE, "the machine has no events to tell");
  }

  /** Operators may reboot machines and read no files of theirs (node-api §4.2, Read). */
  async #bootIdIfAllowed(signal: AbortSignal): Promise<string | undefined> {
    try {
      return await this.#bootId(signal);
    } catch (error) {
      if (error instanceof GrpcError && error.code === STATUS.PERMISSION_DENIED) return undefined;
      throw error;
    }
  }

  async #bootId(signal: AbortSignal): Promise<string> {
    let text = "";
    for await (const { bytes } of this.#client.read({ path: BOOT_ID }, this.#call(signal))) {
      text += Buffer.from(bytes).toString();
    }
    return text.trim();
  }

  get #client() {
    return clientOf(MachineService, this.#channel);
  }

  #call(signal: AbortSignal) {
    return { metadata: Metadata.of([["node", this.#node]]), signal };
  }
}

/** The empty first event of each stream: its identifier is behind those of all that were. */
function isGreeting({ data }: Event): boolean {
  return (data?.typeUrl ?? "") === "";
}
