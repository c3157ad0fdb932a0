import { isIPv6 } from "node:net";
import { fail, ok, type Result } from "@signalbox/base";
import type { ListenAddress } from "@signalbox/grpc";

/** Every address of the machine, of both versions of IP where it has both. */
export const EVERYWHERE = "::";

/** Reads `:50000`, `10.0.0.1:50000`, `[::1]:0` or `localhost:50000`. */
export function parseListenPlace(text: string): Result<ListenAddress> {
  const [, v6, name, digits] = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]]*)):(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) return fail("[HOST]:PORT was expected");
  if (v6 !== undefined && !isIPv6(v6)) return fail(`[${v6}] is not an IPv6 address`);
  return ok({ host: v6 ?? (name || EVERYWHERE), port });
}
