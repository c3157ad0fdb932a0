/** A name and a password as HTTP Basic carries them. */
export interface BasicCredentials {
  readonly user: string;
  /** The bytes as they came. */
  readonly password: Uint8Array;
}

const COLON = 0x3a;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Reads an `Authorization` header (ops §3): the scheme in any case, base64 of the standard
 * alphabet with its padding, split at the first colon.
 *
 * @returns undefined when it is of another scheme or cannot be read
 */
export function parseBasic(header: string): BasicCredentials | undefined {
  const encoded = /^basic (.*)$/i.exec(header)?.[1];
  if (encoded === undefined || !BASE64.test(encoded)) return undefined;
  const bytes = Buffer.from(encoded, "base64");
  const colon = bytes.indexOf(COLON);
  if (colon === -1) return undefined;
  return { user: bytes.subarray(0, colon).toString(), password: bytes.subarray(colon + 1) };
}
