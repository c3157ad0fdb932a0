import { fail, type HostPort, parseHostPort, type Result } from "@signalbox/base";

/** Reads where a daemon enrols: `10.0.2.2:50001`, `[::1]:50001` or `host:50001`. */
export function parseEnrolmentPlace(text: string): Result<HostPort> {
  const place = parseHostPort(text);
  if (!place.ok || (place.value.host !== "" && place.value.port > 0)) return place;
  return fail("HOST:PORT was expected");
}
