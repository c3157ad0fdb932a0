import { fail, ok, type Result } from "@signalbox/base";
import type { ProfileFormat, ProfileRequest } from "./profile-source.ts";

/** Reads `?seconds=5&format=devtools`. */
export function parseProfileQuery(
  query: URLSearchParams,
): Result<Pick<ProfileRequest, "durationMs" | "format">> {
  const seconds = query.get("seconds");
  const durationMs = seconds === null ? undefined : Number(seconds) * 1000;
  if (durationMs !== undefined && !(durationMs > 0)) return fail("seconds is a number above 0");
  const format = query.get("format") ?? "pprof";
  if (!isFormat(format)) return fail("format is pprof or devtools");
  return ok({ durationMs, format });
}

function isFormat(text: string): text is ProfileFormat {
  return text === "pprof" || text === "devtools";
}
