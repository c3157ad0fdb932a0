import { fail, ok, type Result } from "@signalbox/base";

/** Bytes of a packet without extensions. */
export const NTP_PACKET_BYTES = 48;
/** Bytes of what an answer must repeat. */
export const NTP_COOKIE_BYTES = 8;

/** Seconds between 1900, where NTP counts from, and 1970. */
const EPOCH_SECONDS = 2_208_988_800n;
const ERA_SECONDS = 2n ** 32n;
const NANOS_PER_SECOND = 1_000_000_000n;

/** No leap warning, version 4, mode 3 (client). */
const CLIENT_HEADER = 0x23;
const MODE_SERVER = 4;
const LEAP_UNKNOWN = 3;
const MAX_STRATUM = 15;

const OFFSET = { stratum: 1, referenceId: 12, origin: 24, receive: 32, transmit: 40 } as const;

/** What a time server answers, in nanoseconds since 1970. */
export interface NtpReply {
  /** When the request reached it. */
  readonly receivedNs: bigint;
  /** When it answered. */
  readonly sentNs: bigint;
}

/**
 * A request (RFC 5905, RFC 4330). Instead of our time it carries a number that nobody can guess,
 * which the answer must repeat.
 *
 * @param cookie `NTP_COOKIE_BYTES` bytes
 */
export function ntpRequest(cookie: Buffer): Buffer {
  const packet = Buffer.alloc(NTP_PACKET_BYTES);
  packet[0] = CLIENT_HEADER;
  cookie.copy(packet, OFFSET.transmit, 0, NTP_COOKIE_BYTES);
  return packet;
}

/** Which request a packet answers, if it answers any. */
export function answeredCookie(packet: Buffer): Buffer | undefined {
  if (packet.length < NTP_PACKET_BYTES) return undefined;
  return packet.subarray(OFFSET.origin, OFFSET.origin + NTP_COOKIE_BYTES);
}

/** Reads a time server's answer. */
export function parseNtpReply(packet: Buffer): Result<NtpReply> {
  if (packet.length < NTP_PACKET_BYTES) return fail("the answer is too short");
  const header = packet.readUInt8(0);
  if ((header & 7) !== MODE_SERVER) return fail("it is no server's answer");
  const stratum = packet.readUInt8(OFFSET.stratum);
  if (stratum === 0) return fail(`the server sends us away (${kissCode(packet)})`);
  if (stratum > MAX_STRATUM || header >> 6 === LEAP_UNKNOWN) {
    return fail("the server's clock is not set");
  }
  const sent = packet.readBigUInt64BE(OFFSET.transmit);
  if (sent === 0n) return fail("the answer holds no time");
  return ok({
    receivedNs: unixNanoseconds(packet.readBigUInt64BE(OFFSET.receive)),
    sentNs: unixNanoseconds(sent),
  });
}

/** 32 bits of seconds, 32 bits of fraction. The seconds start anew in 2036. */
function unixNanoseconds(timestamp: bigint): bigint {
  const seconds = timestamp >> 32n;
  const era = seconds < 2n ** 31n ? ERA_SECONDS : 0n;
  const fraction = ((timestamp & 0xffff_ffffn) * NANOS_PER_SECOND) >> 32n;
  return (seconds + era - EPOCH_SECONDS) * NANOS_PER_SECOND + fraction;
}

/** Four letters, which say why: `RATE`, `DENY`. */
function kissCode(packet: Buffer): string {
  const code = packet.toString("latin1", OFFSET.referenceId, OFFSET.referenceId + 4);
  return /^[A-Z]{3,4}\0?$/.test(code) ? code.replace("\0", "") : "no reason given";
}
