export {
  type CallFrame,
  encodePprof,
  type PprofProfile,
  type PprofSample,
  type ValueType,
} from "./pprof-profile.ts";
export {
  PROFILE_KINDS,
  type ProfileFormat,
  type ProfileKind,
  type ProfileRequest,
  type ProfileSource,
  type TakenProfile,
} from "./profile-source.ts";
export { Profiler, type ProfilerOptions } from "./profiler.ts";
export { type ProfilingListenerOptions, startProfilingListener } from "./profiling-listener.ts";
