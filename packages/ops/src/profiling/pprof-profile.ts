import { ProtoWriter } from "../protobuf/proto-writer.ts";

/** What each value of a sample counts, such as `cpu` in `nanoseconds`. */
export interface ValueType {
  readonly type: string;
  readonly unit: string;
}

/** A function as V8 names it. Lines are from 0 on. */
export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** One stack, the innermost call first, with a value for each type. */
export interface PprofSample {
  readonly stack: readonly CallFrame[];
  readonly values: readonly number[];
}

/** A profile before it is written in pprof's format. */
export interface PprofProfile {
  /** The last is what a reader shows first. */
  readonly types: readonly ValueType[];
  readonly samples: readonly PprofSample[];
  readonly startedAtMs: number;
  readonly durationMs: number;
  /** How far samples are apart. */
  readonly period: { readonly of: ValueType; readonly every: number };
}

/** Field numbers of pprof's profile.proto. */
const PROFILE = {
  sampleType: 1,
  sample: 2,
  location: 4,
  function: 5,
  stringTable: 6,
  timeNanos: 9,
  durationNanos: 10,
  periodType: 11,
  period: 12,
  defaultSampleType: 14,
} as const;
const VALUE_TYPE = { type: 1, unit: 2 } as const;
const SAMPLE = { locationId: 1, value: 2 } as const;
const LOCATION = { id: 1, line: 4 } as const;
const LINE = { functionId: 1, line: 2 } as const;
const FUNCTION = { id: 1, name: 2, systemName: 3, filename: 4, startLine: 5 } as const;

const NANOS_PER_MS = 1_000_000;

/** Writes a profile as pprof reads it, not compressed. Fractions of values are dropped. */
export function encodePprof(profile: PprofProfile): Uint8Array {
  const { types, samples, startedAtMs, durationMs, period } = profile;
  const strings = new Numbering<string>(0);
  strings.of("", "");
  const frames = new Numbering<CallFrame>(1);
  const writer = new ProtoWriter();
  const valueType = (field: number, { type, unit }: ValueType): void => {
    writer.message(field, () => {
      writer.uint(VALUE_TYPE.type, strings.of(type, type));
      writer.uint(VALUE_TYPE.unit, strings.of(unit, unit));
    });
  };
  for (const type of types) valueType(PROFILE.sampleType, type);
  for (const { stack, values } of samples) {
    const locations = stack.map((frame) => frames.of(keyOf(frame), frame));
    writer.message(PROFILE.sample, () => {
      writer.packedUints(SAMPLE.locationId, locations);
      writer.packedUints(SAMPLE.value, values.map(Math.trunc));
    });
  }
  for (const [at, frame] of frames.values().entries()) writeFrame(writer, at + 1, frame, strings);
  valueType(PROFILE.periodType, period.of);
  writer.uint(PROFILE.period, period.every);
  writer.uint(PROFILE.timeNanos, Math.trunc(startedAtMs) * NANOS_PER_MS);
  writer.uint(PROFILE.durationNanos, Math.trunc(durationMs * NANOS_PER_MS));
  const shown = types.at(-1)?.type ?? "";
  writer.uint(PROFILE.defaultSampleType, strings.of(shown, shown));
  // Last, once all strings are known; readers take fields in any order.
  for (const text of strings.values()) writer.string(PROFILE.stringTable, text);
  return writer.bytes();
}

/** A location and a function of the same number: a frame is known no finer than its function. */
function writeFrame(
  writer: ProtoWriter,
  id: number,
  { functionName, url, lineNumber }: CallFrame,
  strings: Numbering<string>,
): void {
  const name = functionName === "" ? "(anonymous)" : functionName;
  const line = Math.max(0, lineNumber + 1);
  writer.message(PROFILE.location, () => {
    writer.uint(LOCATION.id, id).message(LOCATION.line, () => {
      writer.uint(LINE.functionId, id).uint(LINE.line, line);
    });
  });
  writer.message(PROFILE.function, () => {
    writer.uint(FUNCTION.id, id);
    writer.uint(FUNCTION.name, strings.of(name, name));
    writer.uint(FUNCTION.systemName, strings.of(functionName, functionName));
    writer.uint(FUNCTION.filename, strings.of(url, url));
    writer.uint(FUNCTION.startLine, line);
  });
}

function keyOf({ functionName, url, lineNumber, columnNumber }: CallFrame): string {
  return `${url}:${lineNumber}:${columnNumber}:${functionName}`;
}

/** Gives each different value a number, in order of appearance. */
class Numbering<T> {
  readonly #first: number;
  readonly #numbers = new Map<string, number>();
  readonly #values: T[] = [];

  constructor(first: number) {
    this.#first = first;
  }

  of(key: string, value: T): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#first + this.#values.length;
    this.#numbers.set(key, number);
    this.#values.push(value);
    return number;
  }

  values(): readonly T[] {
    return this.#values;
  }
}
