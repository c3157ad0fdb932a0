import { Metadata, type MetadataEntry } from "@signalbox/grpc";

/** HTTP/2 libraries refuse a block of headers of 64 KiB, and with it the whole call. */
const MAX_BYTES = 32 * 1024;
/** What a field counts beside its name and value (RFC 9113 §6.5.2). */
const FIELD_BYTES = 32;

/**
 * Headers, or trailers, of many nodes put together, nothing replaced. Those of a node are left out
 * when they do not fit: what one node sends must not cost the caller the answers of the others.
 */
export class MetadataSum {
  readonly #entries: MetadataEntry[] = [];
  #leftBytes = MAX_BYTES;

  get metadata(): Metadata {
    return Metadata.of(this.#entries);
  }

  add(metadata: Metadata): void {
    const entries = metadata.entries();
    const bytes = entries.reduce((sum, entry) => sum + lengthOf(entry), 0);
    if (bytes > this.#leftBytes) return;
    this.#leftBytes -= bytes;
    this.#entries.push(...entries);
  }
}

function lengthOf([name, value]: MetadataEntry): number {
  return FIELD_BYTES + name.length + value.length;
}
