import { type Clock, systemClock } from "@signalbox/base";

/** The clock of a server that takes a second of ours for `times` of its own. */
export function hurriedClock(times: number): Clock {
  return {
    now: () => systemClock.now(),
    monotonic: () => systemClock.monotonic() * times,
    sleep: (ms, options) => systemClock.sleep(ms / times, options),
    after: (ms, callback) => systemClock.after(ms / times, callback),
  };
}
