import { fail, ok, type Result } from "@signalbox/base";

/** Microseconds a unit; nanoseconds are a thousandth of one. */
const UNITS = [
  ["n", 1e-3],
  ["u", 1],
  ["m", 1e3],
  ["S", 1e6],
  ["M", 60e6],
  ["H", 3600e6],
] as const;

const MAX_VALUE = 99_999_999;

/** Milliseconds of a `grpc-timeout` header: at most eight digits and a unit (node-api §1.1). */
export function parseGrpcTimeout(text: string): Result<number> {
  const [, digits, unit] = /^(\d{1,8})([numSMH])$/.exec(text) ?? [];
  const factor = UNITS.find(([name]) => name === unit)?.[1];
  if (digits === undefined || factor === undefined) return fail("malformed grpc-timeout");
  return ok((Number(digits) * factor) / 1000);
}

/**
 * The header for a remaining time: the smallest unit whose value, rounded up, has at most eight
 * digits. `1000` ms is `1000000u`; nothing left is `0n`.
 */
export function encodeGrpcTimeout(remainingMs: number): string {
  if (remainingMs <= 0) return "0n";
  const micros = remainingMs * 1000;
  for (const [unit, factor] of UNITS) {
    const value = Math.ceil(micros / factor);
    if (value <= MAX_VALUE) return `${value}${unit}`;
  }
  return `${MAX_VALUE}H`;
}
