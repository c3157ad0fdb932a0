import { numberFieldBytes, type ProtobufWriter } from "../protobuf/protobuf-writer.ts";

const seconds = (ms: number): number => Math.floor(ms / 1000);
const nanos = (ms: number): number => Math.round((ms % 1000) * 1e6);

/** Bytes of `google.protobuf.Duration` for a time in milliseconds. */
export function durationBytes(ms: number): number {
  return numberFieldBytes(seconds(ms)) + numberFieldBytes(nanos(ms));
}

export function writeDuration(writer: ProtobufWriter, ms: number): void {
  writer.numberField(1, seconds(ms));
  writer.numberField(2, nanos(ms));
}
