import protobuf from "protobufjs";

/**
 * The messages of Prometheus and of pprof as another protobuf implementation reads them: their
 * published field numbers, none of ours.
 */
const METRICS = `
syntax = "proto2";
package io.prometheus.client;
message LabelPair { optional string name = 1; optional string value = 2; }
enum MetricType { COUNTER = 0; GAUGE = 1; SUMMARY = 2; UNTYPED = 3; HISTOGRAM = 4; }
message Time { optional int64 seconds = 1; optional int32 nanos = 2; }
message Gauge { optional double value = 1; }
message Counter { optional double value = 1; optional Exemplar exemplar = 2; optional Time created_timestamp = 3; }
message Quantile { optional double quantile = 1; optional double value = 2; }
message Summary { optional uint64 sample_count = 1; optional double sample_sum = 2; repeated Quantile quantile = 3; optional Time created_timestamp = 4; }
message Histogram {
  optional uint64 sample_count = 1; optional double sample_sum = 2; repeated Bucket bucket = 3;
  optional sint32 schema = 5; optional double zero_threshold = 6; optional uint64 zero_count = 7;
  repeated BucketSpan negative_span = 9; repeated sint64 negative_delta = 10;
  repeated BucketSpan positive_span = 12; repeated sint64 positive_delta = 13;
  optional Time created_timestamp = 15;
}
message Bucket { optional uint64 cumulative_count = 1; optional double upper_bound = 2; optional Exemplar exemplar = 3; }
message BucketSpan { optional sint32 offset = 1; optional uint32 length = 2; }
message Exemplar { repeated LabelPair label = 1; optional double value = 2; optional Time timestamp = 3; }
message Metric { repeated LabelPair label = 1; optional Gauge gauge = 2; optional Counter counter = 3; optional Summary summary = 4; optional Histogram histogram = 7; }
message MetricFamily { optional string name = 1; optional string help = 2; optional MetricType type = 3; repeated Metric metric = 4; }
`;

const PPROF = `
syntax = "proto3";
package perftools.profiles;
message Profile {
  repeated ValueType sample_type = 1; repeated Sample sample = 2; repeated Mapping mapping = 3;
  repeated Location location = 4; repeated Function function = 5; repeated string string_table = 6;
  int64 time_nanos = 9; int64 duration_nanos = 10; ValueType period_type = 11; int64 period = 12;
  repeated int64 comment = 13; int64 default_sample_type = 14;
}
message ValueType { int64 type = 1; int64 unit = 2; }
message Sample { repeated uint64 location_id = 1; repeated int64 value = 2; }
message Mapping { uint64 id = 1; int64 filename = 5; }
message Location { uint64 id = 1; uint64 mapping_id = 2; uint64 address = 3; repeated Line line = 4; }
message Line { uint64 function_id = 1; int64 line = 2; }
message Function { uint64 id = 1; int64 name = 2; int64 system_name = 3; int64 filename = 4; int64 start_line = 5; }
`;

/** A message as plain data, numbers as numbers. */
export type PlainMessage = Readonly<Record<string, unknown>>;

const OPTIONS = { longs: Number, enums: String, arrays: true, bytes: String } as const;

/** Every delimited MetricFamily of an answer. */
export function readMetricFamilies(bytes: Uint8Array): readonly PlainMessage[] {
  const type = typeOf(METRICS, "io.prometheus.client.MetricFamily");
  const reader = protobuf.Reader.create(bytes);
  const families: PlainMessage[] = [];
  while (reader.pos < reader.len) {
    families.push(type.toObject(type.decodeDelimited(reader), OPTIONS));
  }
  return families;
}

/** One uncompressed pprof profile. */
export function readPprof(bytes: Uint8Array): PlainMessage {
  const type = typeOf(PPROF, "perftools.profiles.Profile");
  return type.toObject(type.decode(bytes), OPTIONS);
}

function typeOf(source: string, name: string): protobuf.Type {
  return protobuf.parse(source, { keepCase: true }).root.lookupType(name);
}
