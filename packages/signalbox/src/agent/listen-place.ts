import { fail, type HostPort, ok, parseHostPort, type Result } from "@signalbox/base";

/** Every address of the machine, of both versions of IP where it has both. */
export const EVERYWHERE = "::";

/** Reads `:50000`, `10.0.0.1:50000`, `[::1]:0` or `localhost:50000`. */
export function parseListenPlace(text: string): Result<HostPort> {
  const place = parseHostPort(text);
  if (!place.ok) return fail("[HOST]:PORT was expected");
  const { host, port } = place.value;
  return ok({ host: host || EVERYWHERE, port });
}
