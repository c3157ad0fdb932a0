// Makes the protobuf code of the packages below, at install and in `npm run check`; nothing of it
// is committed. Does nothing where the code is that of the present inputs already.
import { generateProtos, type ProtoPackage } from "./lib/generate-protos.ts";

const xdsClient = "node_modules/@grpc/grpc-js-xds/deps";

const packages: readonly ProtoPackage[] = [
  {
    // The npm package of grpc's own xDS client carries Envoy's whole .proto tree.
    folder: "packages/envoy-api",
    roots: [
      { folder: `${xdsClient}/envoy-api`, take: isCurrentEnvoyFile },
      { folder: `${xdsClient}/xds` },
      { folder: `${xdsClient}/googleapis`, take: isUsedGoogleFile },
      { folder: `${xdsClient}/protoc-gen-validate`, take: (path) => path.startsWith("validate/") },
    ],
    edits: [
      {
        // Envoy's files set this rule, which the tree's validate.proto is too old to know.
        path: "validate/validate.proto",
        find: "message StringRules {",
        replace: "message StringRules {\n  optional bool ignore_empty = 26;",
      },
    ],
    // Rules and remarks for other generators: nothing reads them here.
    excludeTypes: ["validate", "udpa.annotations", "envoy.annotations", "xds.annotations.v3"],
    descriptorSet: true,
  },
  { folder: "packages/grpc", roots: [{ folder: "packages/grpc/proto" }] },
  {
    // The node API and enrolment.
    folder: "packages/signalbox",
    roots: [
      { folder: "packages/signalbox/proto" },
      { folder: `${xdsClient}/googleapis`, take: (path) => path === "google/rpc/status.proto" },
    ],
    descriptorSet: true,
  },
];

/** Files whose messages come from projects that the tree does not hold. */
const foreignImports = new Set([
  "envoy/config/trace/v3/opencensus.proto", // opencensus
  "envoy/config/trace/v3/trace.proto", // only re-exports the tracers, opencensus among them
  "envoy/service/trace/v3/trace_service.proto", // opencensus
  "envoy/service/metrics/v3/metrics_service.proto", // Prometheus
  "envoy/extensions/access_loggers/open_telemetry/v3/logs_service.proto", // OpenTelemetry
]);

/** What is not v3 is version 2, dead since Envoy 1.18, and imports files that are gone. */
function isCurrentEnvoyFile(path: string): boolean {
  if (path.startsWith("envoy/annotations/")) return true;
  return path.includes("/v3/") && !foreignImports.has(path);
}

/** The service control and management files import what the tree does not hold. */
function isUsedGoogleFile(path: string): boolean {
  return !/^google\/api\/service(control|management)\//.test(path);
}

for (const proto of packages) {
  const startedMs = performance.now();
  const made = generateProtos(proto);
  if (made === undefined) continue;
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${proto.folder}/gen: ${made} .proto files, ${seconds} s`);
}
