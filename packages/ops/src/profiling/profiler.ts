import { Session } from "node:inspector/promises";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { getHeapSnapshot } from "node:v8";
import { gzip } from "node:zlib";
import { type Clock, Problem } from "@signalbox/base";
import { jsonText } from "../json-text.ts";
import { cpuToPprof, recordCpu } from "./cpu-profile.ts";
import { recordEventLoop } from "./event-loop-delay.ts";
import { type HeapRecording, heapToPprof, recordHeap } from "./heap-profile.ts";
import { encodePprof, type PprofProfile } from "./pprof-profile.ts";
import type { ProfileKind, ProfileRequest, ProfileSource, TakenProfile } from "./profile-source.ts";

/** What a profiler is made with. */
export interface ProfilerOptions {
  readonly clock: Clock;
  /** The longest that may be asked for. Default: 60,000. */
  readonly maxDurationMs?: number | undefined;
}

const MAX_DURATION_MS = 60_000;
const DURATION_MS = 10_000;
const RETRY_MS = 1000;

const compress = promisify(gzip);

interface Recording {
  readonly format: "pprof" | "devtools";
  readonly durationMs: number;
  readonly startedAtMs: number;
  /** Until the time is up. @throws the caller's reason to leave */
  readonly wait: () => Promise<void>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Takes profiles of this very process by V8's own means, one at a time: two at once would measure
 * each other.
 */
export class Profiler implements ProfileSource {
  readonly #clock: Clock;
  readonly #maxDurationMs: number;
  /** When the one that is taken will be done, by the monotonic clock. */
  #busyUntilMs: number | undefined;

  constructor({ clock, maxDurationMs = MAX_DURATION_MS }: ProfilerOptions) {
    this.#clock = clock;
    this.#maxDurationMs = maxDurationMs;
  }

  /** True while a profile is being taken. */
  get isBusy(): boolean {
    return this.#busyUntilMs !== undefined;
  }

  async take(request: ProfileRequest): Promise<TakenProfile> {
    const { kind, format = "pprof", durationMs = DURATION_MS, signal } = request;
    if (!(durationMs > 0 && durationMs <= this.#maxDurationMs)) {
      const limit = this.#maxDurationMs / 1000;
      throw new Problem("invalid_request", `a profile takes up to ${limit} s`);
    }
    this.#occupy(durationMs);
    try {
      const profile = await RECORDERS[kind]({
        format,
        durationMs,
        startedAtMs: this.#clock.now(),
        wait: () => this.#clock.sleep(durationMs, { signal }),
        signal,
      });
      return this.#released(profile);
    } catch (error) {
      this.#busyUntilMs = undefined;
      throw error;
    }
  }

  #occupy(durationMs: number): void {
    const nowMs = this.#clock.monotonic();
    if (this.#busyUntilMs !== undefined) {
      const retryAfterMs = Math.max(RETRY_MS, this.#busyUntilMs - nowMs);
      throw new Problem("conflict", "another profile is being taken", { retryAfterMs });
    }
    this.#busyUntilMs = nowMs + durationMs;
  }

  /** What is streamed is taken until its last byte is read, or nobody reads on. */
  #released(profile: TakenProfile): TakenProfile {
    const release = (): void => {
      this.#busyUntilMs = undefined;
    };
    if (profile.body instanceof Readable) profile.body.once("close", release);
    else release();
    return profile;
  }
}

const RECORDERS: Readonly<Record<ProfileKind, (recording: Recording) => Promise<TakenProfile>>> = {
  cpu: async (recording) => {
    const profile = await inspect((session) => recordCpu(session, recording.wait));
    return recording.format === "devtools"
      ? devtools(profile, "cpu.cpuprofile")
      : pprof(cpuToPprof(profile, recording.startedAtMs), "cpu.pb.gz");
  },
  heap: (recording) => heap(recording, { includesCollected: false }, "heap"),
  allocations: (recording) => heap(recording, { includesCollected: true }, "allocations"),
  "event-loop": async ({ wait }) => devtools(await recordEventLoop(wait), "event-loop.json"),
  snapshot: ({ signal }) => {
    signal?.throwIfAborted();
    return Promise.resolve({
      contentType: "application/json",
      fileName: "heap.heapsnapshot",
      body: getHeapSnapshot(),
    });
  },
};

async function heap(
  { format, wait, startedAtMs, durationMs }: Recording,
  what: HeapRecording,
  name: string,
): Promise<TakenProfile> {
  const profile = await inspect((session) => recordHeap(session, what, wait));
  return format === "devtools"
    ? devtools(profile, `${name}.heapprofile`)
    : pprof(heapToPprof(profile, what, { startedAtMs, durationMs }), `${name}.pb.gz`);
}

async function inspect<T>(record: (session: Session) => Promise<T>): Promise<T> {
  const session = new Session();
  session.connect();
  try {
    return await record(session);
  } finally {
    session.disconnect();
  }
}

async function pprof(profile: PprofProfile, fileName: string): Promise<TakenProfile> {
  const body = await compress(encodePprof(profile));
  return { contentType: "application/octet-stream", fileName, body };
}

function devtools(profile: unknown, fileName: string): TakenProfile {
  return { contentType: "application/json", fileName, body: Buffer.from(jsonText(profile)) };
}
