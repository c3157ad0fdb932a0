import { type Clock, systemClock } from "@signalbox/base";

/** A clock whose waits take a twentieth of their time, for tests with real processes. */
export const hastyClock: Clock = {
  now: () => systemClock.now(),
  monotonic: () => systemClock.monotonic() * 20,
  sleep: (ms, options) => systemClock.sleep(ms / 20, options),
  after: (ms, callback) => systemClock.after(ms / 20, callback),
};
