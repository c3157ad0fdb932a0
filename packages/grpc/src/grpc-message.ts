const ESCAPED = /[^\x20-\x24\x26-\x7e]/;
const HEX = "0123456789ABCDEF";

/** Percent-encodes a status text for the trailer `grpc-message` (UTF-8, upper-case hex). */
export function encodeGrpcMessage(text: string): string {
  if (!ESCAPED.test(text)) return text;
  let encoded = "";
  for (const byte of Buffer.from(text, "utf8")) {
    const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    encoded += isPlain ? String.fromCharCode(byte) : `%${HEX[byte >> 4]}${HEX[byte & 15]}`;
  }
  return encoded;
}

/** Undoes `encodeGrpcMessage`. What is not well formed stays as it is: a text is never lost. */
export function decodeGrpcMessage(encoded: string): string {
  if (!encoded.includes("%")) return encoded;
  const bytes: number[] = [];
  const raw = Buffer.from(encoded, "utf8");
  for (let i = 0; i < raw.length; i++) {
    const byte = raw[i] ?? 0;
    const pair = byte === 0x25 ? raw.toString("latin1", i + 1, i + 3) : "";
    if (/^[0-9a-f]{2}$/i.test(pair)) {
      bytes.push(Number.parseInt(pair, 16));
      i += 2;
    } else {
      bytes.push(byte);
    }
  }
  return Buffer.from(bytes).toString("utf8");
}
