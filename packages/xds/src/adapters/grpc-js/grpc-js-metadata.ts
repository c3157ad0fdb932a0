import { Metadata as GrpcJsMetadata } from "@grpc/grpc-js";
import { Metadata, type MetadataEntry } from "@signalbox/grpc";

/** Metadata of grpc-js as ours: binary values are base64 text here. */
export function fromGrpcJs(metadata: GrpcJsMetadata): Metadata {
  const entries: MetadataEntry[] = [];
  for (const name of Object.keys(metadata.getMap())) {
    for (const value of metadata.get(name)) {
      entries.push([name, typeof value === "string" ? value : value.toString("base64")]);
    }
  }
  return Metadata.of(entries);
}

export function toGrpcJs(metadata: Metadata): GrpcJsMetadata {
  const theirs = new GrpcJsMetadata();
  for (const [name, value] of metadata.entries()) {
    theirs.add(name, name.endsWith("-bin") ? Buffer.from(value, "base64") : value);
  }
  return theirs;
}
