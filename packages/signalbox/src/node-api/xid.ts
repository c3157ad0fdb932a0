import type { Clock, Random } from "@signalbox/base";

const ALPHABET = "0123456789abcdefghijklmnopqrstuv";
const XID = /^[0-9a-v]{19}[0g]$/;

/**
 * Makes identifiers of events: 20 letters that sort by the second in which they were made, then by
 * the order in which this source made them. Twelve bytes: seconds (4), source (5), counter (3).
 */
export function createXidSource(deps: { clock: Clock; random: Random }): () => string {
  const source = deps.random.bytes(5);
  // Starts low, so that the counter wraps, and the order breaks, after 16 million of a second.
  let counter = deps.random.bytes(2).readUInt16BE();
  return () => {
    const bytes = Buffer.alloc(12);
    bytes.writeUInt32BE(Math.floor(deps.clock.now() / 1000) % 2 ** 32, 0);
    source.copy(bytes, 4);
    bytes.writeUIntBE(counter, 9, 3);
    counter = (counter + 1) % 2 ** 24;
    return encode(bytes);
  };
}

/** Whether a text can be such an identifier. */
export function isXid(text: string): boolean {
  return XID.test(text);
}

/** When an identifier was made: seconds since the epoch; undefined when it is none. */
export function xidSeconds(id: string): number | undefined {
  if (!isXid(id)) return undefined;
  // Seven letters are 35 bits: the 32 of the seconds and three of what follows.
  const bits = Array.from(id.slice(0, 7)).reduce((sum, at) => sum * 32 + ALPHABET.indexOf(at), 0);
  return Math.floor(bits / 8);
}

/** Base32 with the digits first, so that text sorts as bytes do; 96 bits and four zeros behind. */
function encode(bytes: Buffer): string {
  let bits = BigInt(`0x${bytes.toString("hex")}`) << 4n;
  let text = "";
  for (let letter = 0; letter < 20; letter++) {
    text = (ALPHABET[Number(bits & 31n)] ?? "") + text;
    bits >>= 5n;
  }
  return text;
}
