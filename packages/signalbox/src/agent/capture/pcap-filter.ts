import type { PacketFilter } from "./bpf-program.ts";

const FILE_HEADER_BYTES = 24;
const PACKET_HEADER_BYTES = 16;
/** No capture keeps more of a packet (pcap(3), MAXIMUM_SNAPLEN). */
const MAX_PACKET_BYTES = 262_144;
/** Of microseconds and of nanoseconds, as a machine writes them that puts the low byte first. */
const LITTLE_ENDIAN_MAGIC = new Set([0xa1b2c3d4, 0xa1b23c4d]);

/**
 * Takes the packets out of a capture file that a filter does not keep (the format is that of
 * pcap-savefile(5)).
 *
 * @throws when the bytes are no capture
 */
export async function* filterPcap(
  file: AsyncIterable<Buffer>,
  filter: PacketFilter,
): AsyncGenerator<Buffer, void, undefined> {
  let buffer: Buffer = Buffer.alloc(0);
  let isBehindHeader = false;
  for await (const bytes of file) {
    buffer = Buffer.concat([buffer, bytes]);
    const kept: Buffer[] = [];
    if (!isBehindHeader) {
      if (buffer.length < FILE_HEADER_BYTES) continue;
      if (!LITTLE_ENDIAN_MAGIC.has(buffer.readUInt32LE(0))) throw new Error("this is no capture");
      kept.push(buffer.subarray(0, FILE_HEADER_BYTES));
      buffer = buffer.subarray(FILE_HEADER_BYTES);
      isBehindHeader = true;
    }
    for (let end = recordEnd(buffer); end <= buffer.length; end = recordEnd(buffer)) {
      const record = keptPart(buffer.subarray(0, end), filter);
      if (record !== undefined) kept.push(record);
      buffer = buffer.subarray(end);
    }
    if (kept.length > 0) yield Buffer.concat(kept);
  }
}

/** Where the first packet of these bytes ends; beyond them when they do not even say it. */
function recordEnd(bytes: Buffer): number {
  if (bytes.length < PACKET_HEADER_BYTES) return PACKET_HEADER_BYTES;
  const length = bytes.readUInt32LE(8);
  if (length > MAX_PACKET_BYTES) throw new Error("a packet of the capture is too large");
  return PACKET_HEADER_BYTES + length;
}

function keptPart(record: Buffer, filter: PacketFilter): Buffer | undefined {
  const packet = record.subarray(PACKET_HEADER_BYTES);
  const keep = filter(packet, record.readUInt32LE(12));
  if (keep === 0) return undefined;
  if (keep >= packet.length) return record;
  const part = Buffer.from(record.subarray(0, PACKET_HEADER_BYTES + keep));
  part.writeUInt32LE(keep, 8);
  return part;
}
