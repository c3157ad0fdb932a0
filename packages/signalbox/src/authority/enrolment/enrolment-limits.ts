import { addressKey, type Clock } from "@signalbox/base";
import { createRateLimiter, type Rate } from "@signalbox/http";

export interface EnrolmentLimitOptions {
  /** Of one address. Machines behind one translation of addresses share it. */
  readonly perAddress: Rate;
  /** Of all together who show no token that is good: guesses are to cost no machine its turn. */
  readonly total: Rate;
}

/** A hundred machines behind one host come up at once, and a thousand within a minute and a half. */
export const ENROLMENT_LIMITS: EnrolmentLimitOptions = {
  perAddress: { perSecond: 10, burst: 100 },
  total: { perSecond: 50, burst: 200 },
};

const MAX_ADDRESSES = 10_000;

/** How often may be asked. Each answers 0, or after how many milliseconds to come again. */
export interface EnrolmentLimit {
  /** For whoever calls from an address, before anything is read. */
  ofAddress(address: string): number;
  /** For who shows no good token. */
  ofOthers(): number;
}

/** One address at its limit takes nothing from the others. */
export function createEnrolmentLimit(clock: Clock, options: EnrolmentLimitOptions): EnrolmentLimit {
  const addresses = createRateLimiter(clock, options.perAddress, MAX_ADDRESSES);
  const all = createRateLimiter(clock, options.total, 1);
  return {
    ofAddress: (address) => addresses.take(addressKey(address)),
    ofOthers: () => all.take(""),
  };
}
