import { type Escaping, escapeLabelName, escapeMetricName } from "../metrics/escape-name.ts";
import type { Exemplar } from "../metrics/exemplar.ts";
import { COUNT, FIRST_BUCKET, SUM } from "../metrics/family-settings.ts";
import type { FamilySnapshot } from "../metrics/family-snapshot.ts";
import type { NativeBuckets } from "../metrics/native-buckets.ts";
import type { Series } from "../metrics/series.ts";
import { ProtoWriter } from "../protobuf/proto-writer.ts";
import { nativeSpans } from "./native-spans.ts";

/** Field numbers of io.prometheus.client's metrics.proto. */
const FAMILY = { name: 1, help: 2, type: 3, metric: 4 } as const;
const METRIC = { label: 1, gauge: 2, counter: 3, summary: 4, histogram: 7 } as const;
const LABEL = { name: 1, value: 2 } as const;
const COUNTER = { value: 1, exemplar: 2, created: 3 } as const;
const GAUGE = { value: 1 } as const;
const SUMMARY = { count: 1, sum: 2, created: 4 } as const;
const HISTOGRAM = {
  count: 1,
  sum: 2,
  bucket: 3,
  schema: 5,
  zeroThreshold: 6,
  zeroCount: 7,
  negativeSpan: 9,
  negativeDelta: 10,
  positiveSpan: 12,
  positiveDelta: 13,
  created: 15,
} as const;
const BUCKET = { cumulativeCount: 1, upperBound: 2, exemplar: 3 } as const;
const SPAN = { offset: 1, length: 2 } as const;
const EXEMPLAR = { label: 1, value: 2, timestamp: 3 } as const;
const TIMESTAMP = { seconds: 1, nanos: 2 } as const;

const TYPES = { counter: 0, gauge: 1, summary: 2, histogram: 4 } as const;

/** So many series are encoded between two chances to let others run. */
const STEP = 64;

/**
 * Delimited `io.prometheus.client.MetricFamily` messages, the only format with native histograms.
 * Yields whole messages, or nothing where it only gives others a chance to run.
 */
export function* renderProtobuf(
  families: readonly FamilySnapshot[],
  escaping: Escaping,
): Generator<Uint8Array<ArrayBuffer> | undefined> {
  for (const family of families) {
    const { name, help, kind } = family.settings;
    const order = yield* family.order();
    const body = new ProtoWriter();
    body.string(FAMILY.name, escapeMetricName(name, escaping));
    if (help !== "") body.string(FAMILY.help, help);
    body.uint(FAMILY.type, TYPES[kind]);
    for (const [at, series] of order.entries()) {
      body.message(FAMILY.metric, () => writeMetric(body, family, series, escaping));
      if (at % STEP === STEP - 1) yield undefined;
    }
    yield new ProtoWriter().varint(body.length).bytes();
    yield body.bytes();
  }
}

function writeMetric(
  writer: ProtoWriter,
  family: FamilySnapshot,
  series: Series,
  escaping: Escaping,
): void {
  for (const [name, value] of series.labels) {
    writeLabel(writer, METRIC.label, escapeLabelName(name, escaping), value);
  }
  const { kind } = family.settings;
  writer.message(METRIC[kind], () => VALUES[kind](writer, family, series));
}

type WriteValue = (writer: ProtoWriter, family: FamilySnapshot, series: Series) => void;

const VALUES: Readonly<Record<keyof typeof TYPES, WriteValue>> = {
  gauge: (writer, { values, width }, { index }) => {
    writer.double(GAUGE.value, values[index * width] ?? 0);
  },
  counter: (writer, { values, width, exemplars }, { index, createdMs }) => {
    writer.double(COUNTER.value, values[index * width] ?? 0);
    writeExemplar(writer, COUNTER.exemplar, exemplars[index]?.[0]);
    writeTimestamp(writer, COUNTER.created, createdMs);
  },
  summary: (writer, { values, width }, { index, createdMs }) => {
    writer.uint(SUMMARY.count, values[index * width + COUNT] ?? 0);
    writer.double(SUMMARY.sum, values[index * width + SUM] ?? 0);
    writeTimestamp(writer, SUMMARY.created, createdMs);
  },
  histogram: (writer, family, { index, createdMs }) => {
    const { values, width } = family;
    writer.uint(HISTOGRAM.count, values[index * width + COUNT] ?? 0);
    writer.double(HISTOGRAM.sum, values[index * width + SUM] ?? 0);
    writeClassicBuckets(writer, family, index);
    const native = family.natives[index];
    if (native !== undefined) writeNativeBuckets(writer, native);
    writeTimestamp(writer, HISTOGRAM.created, createdMs);
  },
};

/** Readers add the bucket of +Inf themselves; it is written for the exemplar alone. */
function writeClassicBuckets(writer: ProtoWriter, family: FamilySnapshot, index: number): void {
  const { values, width, settings, exemplars } = family;
  const row = index * width + FIRST_BUCKET;
  let cumulative = 0;
  for (let at = 0; at <= settings.bounds.length; at++) {
    cumulative += values[row + at] ?? 0;
    const bound = settings.bounds[at];
    const exemplar = exemplars[index]?.[at];
    if (bound === undefined && exemplar === undefined) return;
    writer.message(HISTOGRAM.bucket, () => {
      writer.uint(BUCKET.cumulativeCount, cumulative).double(BUCKET.upperBound, bound ?? Infinity);
      writeExemplar(writer, BUCKET.exemplar, exemplar);
    });
  }
}

function writeNativeBuckets(writer: ProtoWriter, native: NativeBuckets): void {
  writer
    .sint(HISTOGRAM.schema, native.schema)
    .double(HISTOGRAM.zeroThreshold, native.settings.zeroThreshold)
    .uint(HISTOGRAM.zeroCount, native.zeroCount);
  writeSide(writer, HISTOGRAM.negativeSpan, HISTOGRAM.negativeDelta, native.negative);
  writeSide(writer, HISTOGRAM.positiveSpan, HISTOGRAM.positiveDelta, native.positive);
}

function writeSide(
  writer: ProtoWriter,
  spanField: number,
  deltaField: number,
  buckets: ReadonlyMap<number, number>,
): void {
  if (buckets.size === 0) return;
  const { spans, deltas } = nativeSpans(buckets);
  for (const { offset, length } of spans) {
    writer.message(spanField, () => writer.sint(SPAN.offset, offset).uint(SPAN.length, length));
  }
  writer.packedSints(deltaField, deltas);
}

function writeExemplar(writer: ProtoWriter, field: number, exemplar: Exemplar | undefined): void {
  if (exemplar === undefined) return;
  const { labels, value, atMs } = exemplar;
  writer.message(field, () => {
    for (const [name, text] of labels) writeLabel(writer, EXEMPLAR.label, name, text);
    writer.double(EXEMPLAR.value, value);
    writeTimestamp(writer, EXEMPLAR.timestamp, atMs);
  });
}

function writeLabel(writer: ProtoWriter, field: number, name: string, value: string): void {
  writer.message(field, () => writer.string(LABEL.name, name).string(LABEL.value, value));
}

function writeTimestamp(writer: ProtoWriter, field: number, ms: number): void {
  const seconds = Math.floor(ms / 1000);
  const nanos = Math.round((ms - seconds * 1000) * 1e6);
  writer.message(field, () => writer.uint(TIMESTAMP.seconds, seconds).uint(TIMESTAMP.nanos, nanos));
}
