import type { VirtualClock } from "@signalbox/base";
import { until } from "@signalbox/testing";

/** A millisecond a call, while `isOn`: a machine that is held up makes no connection old. */
export async function ageByCalls(
  clock: VirtualClock,
  calls: () => number,
  isOn: () => boolean,
): Promise<void> {
  for (let grown = 0; isOn(); ) {
    await until(() => calls() > grown || !isOn());
    const more = calls() - grown;
    grown += more;
    await clock.advance(more);
  }
}
