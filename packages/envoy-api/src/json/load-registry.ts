import { readFile } from "node:fs/promises";
import {
  createFileRegistry,
  createRegistry,
  fromBinary,
  type FileRegistry,
  type Registry,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

const DESCRIPTORS = new URL("../../gen/descriptors.binpb", import.meta.url);

/**
 * Every message of the Envoy tree, and those of `others`, by type name: what JSON of an `Any`
 * needs. Costs about 0.1 s and 12 MB, at each call: load it once, when JSON is first met.
 *
 * @param others registries of your own messages, made by protobuf-es' `createRegistry` or by
 *   {@link registryFromDescriptors}; where two know a type, the later one counts
 */
export async function loadRegistry(...others: readonly Registry[]): Promise<Registry> {
  const envoy = registryFromDescriptors(await readFile(DESCRIPTORS));
  return others.length === 0 ? envoy : createRegistry(envoy, ...others);
}

/**
 * The messages of an encoded `FileDescriptorSet`, as `buf build --as-file-descriptor-set` and
 * `protoc --include_imports --descriptor_set_out` write it.
 *
 * @throws Error when the bytes are no such set, or an import is missing in it
 */
export function registryFromDescriptors(bytes: Uint8Array): FileRegistry {
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, bytes));
}
