// What all processes of the relay's bench know.
import { encodeFrame } from "@signalbox/grpc";

/** Answers with the request's own bytes. */
export const ECHO_PATH = "/bench.Bench/Echo";
/** Answers with one reply of the node API: a list with one message. */
export const NAME_PATH = "/bench.Bench/Name";
/** Answers with one message of a stream. */
export const NAME_STREAM_PATH = "/bench.Bench/NameStream";
/** Answers with a stream of `POUR_BYTES`. */
export const POUR_PATH = "/bench.Bench/Pour";
/** Answers with messages of 1 KiB for as long as they are taken. */
export const FOLLOW_PATH = "/bench.Bench/Follow";

export const POUR_BYTES = 32 << 20;

/** 64 KiB with its header: `POUR_BYTES` are so many of it. */
export const POUR_FRAME = encodeFrame(Buffer.alloc((64 << 10) - 5, "x")).bytes;

/** Which relay: ours, one on grpc-js, or one of node:http2 without any logic. */
export type RelayKind = "ours" | "grpc-js" | "bare";

/** Makes a process report what it has used; with `collect`, behind a garbage collection. */
export interface ReportCommand {
  readonly collect: boolean;
}

export interface RelayReport {
  readonly port: number;
  /** CPU time of the process so far. */
  readonly cpuUs: number;
  readonly rssMb: number;
}

/** Where machines listen. */
export interface MachinesReport {
  readonly prompt: readonly string[];
  /** Takes 500 ms for an answer. */
  readonly slow: string;
  /** Takes connections and never says a word. */
  readonly blackHole: string;
}
