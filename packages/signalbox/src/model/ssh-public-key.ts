import { createPublicKey } from "node:crypto";
import { fail, ok, type Result } from "@signalbox/base";

const CURVES: Readonly<Record<string, { jwk: string; bytes: number }>> = Object.freeze({
  "ecdsa-sha2-nistp256": { jwk: "P-256", bytes: 32 },
  "ecdsa-sha2-nistp384": { jwk: "P-384", bytes: 48 },
  "ecdsa-sha2-nistp521": { jwk: "P-521", bytes: 66 },
});
const TYPES = new Set(["ssh-ed25519", "ssh-rsa", ...Object.keys(CURVES)]);
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const MAX_LINE_BYTES = 16_384;
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/**
 * One OpenSSH authorized-key line without options, of a type that may sign certificates
 * (compute-api §1.11). The answer is the line to store: trimmed, and made anew from its parts
 * when it has no comment.
 */
export function parseSshPublicKey(text: string): Result<string> {
  const line = text.trim();
  if (line === "") return fail("the public key is empty");
  if (line.length > MAX_LINE_BYTES) return fail("the public key is too long");
  if (/[\r\n]/.test(line)) return fail("the public key must be a single line");
  if (CONTROL.test(line)) return fail("the public key holds control characters");
  const [type = "", encoded = "", ...comment] = line.split(/[ \t]+/);
  if (!TYPES.has(type)) {
    return fail(
      /[ \t](?:ssh-|ecdsa-)/.test(line)
        ? "the public key must not carry options"
        : `the public key's type must be one of ${[...TYPES].join(", ")}`,
    );
  }
  if (encoded === "" || !BASE64.test(encoded)) return fail("the public key is not valid base64");
  const checked = checkBlob(type, Buffer.from(encoded, "base64"));
  if (!checked.ok) return checked;
  return ok(comment.length === 0 ? `${type} ${encoded}` : line);
}

function checkBlob(type: string, blob: Buffer): Result<true> {
  const fields = readStrings(blob);
  if (fields === undefined) return fail("the public key is cut short or damaged");
  if (fields[0]?.toString("latin1") !== type) {
    return fail("the public key holds another type of key than it says");
  }
  if (type === "ssh-ed25519") {
    return fields.length === 2 && fields[1]?.length === 32
      ? ok(true)
      : fail("an ssh-ed25519 key has 32 bytes");
  }
  return type === "ssh-rsa" ? checkRsa(fields) : checkEcdsa(type, fields);
}

function checkRsa(fields: readonly Buffer[]): Result<true> {
  const [, exponent, modulus] = fields;
  const wellFormed =
    fields.length === 3 && isPositive(exponent) && isPositive(modulus) && modulus.length >= 128;
  return wellFormed ? ok(true) : fail("an ssh-rsa key has an exponent and a modulus >= 1024 bits");
}

function checkEcdsa(type: string, fields: readonly Buffer[]): Result<true> {
  const curve = CURVES[type];
  const [, name, point] = fields;
  const wellFormed =
    curve !== undefined &&
    fields.length === 3 &&
    name?.toString("latin1") === type.slice("ecdsa-sha2-".length) &&
    point?.length === 1 + 2 * curve.bytes &&
    point[0] === 4;
  if (!wellFormed) return fail(`the public key is not a point of ${type}`);
  const x = point.subarray(1, 1 + curve.bytes).toString("base64url");
  const y = point.subarray(1 + curve.bytes).toString("base64url");
  try {
    createPublicKey({ key: { kty: "EC", crv: curve.jwk, x, y }, format: "jwk" });
    return ok(true);
  } catch {
    return fail(`the public key is not a point of ${type}`);
  }
}

/** An SSH multiple-precision integer above zero: no sign bit. */
function isPositive(field: Buffer | undefined): field is Buffer {
  return field !== undefined && field.length > 0 && (field[0] ?? 0) < 0x80;
}

/** The length-prefixed strings that fill `blob` exactly, or nothing. */
function readStrings(blob: Buffer): readonly Buffer[] | undefined {
  const strings: Buffer[] = [];
  let offset = 0;
  while (offset < blob.length) {
    if (offset + 4 > blob.length) return undefined;
    const length = blob.readUInt32BE(offset);
    const end = offset + 4 + length;
    if (end > blob.length) return undefined;
    strings.push(blob.subarray(offset + 4, end));
    offset = end;
  }
  return strings;
}
