import type { Clock } from "@signalbox/base";
import type { ProfileSource } from "@signalbox/ops/profiling";

/** Takes profiles, one at a time whoever asks; its modules are there once somebody did. */
export function createLazyProfiler(clock: Clock): ProfileSource {
  let profiler: Promise<ProfileSource> | undefined;
  return {
    take: async (request) => {
      profiler ??= import("@signalbox/ops/profiling").then(
        ({ Profiler }) => new Profiler({ clock }),
      );
      return (await profiler).take(request);
    },
  };
}
