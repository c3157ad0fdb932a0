import { type Clock, systemClock } from "@signalbox/base";

/**
 * A clock whose sleeps take a twentieth of their time, for tests with real processes. Limits take
 * theirs: processes, and this one, are held up on a busy machine.
 */
export const hastyClock: Clock = {
  ...systemClock,
  sleep: (ms, options) => systemClock.sleep(ms / 20, options),
};
