import { createHash } from "node:crypto";
import { formatIpv4, type Ipv4Range } from "../../model/ipv4.ts";

/**
 * A free address of `pool`. The search begins where `seed` says and goes once around, so that it
 * is short in a large pool, and a server that is made again tends to get its old address.
 *
 * @returns undefined when every address is taken
 */
export function pickAddress(
  pool: Ipv4Range,
  seed: string,
  isTaken: (address: string) => boolean,
): string | undefined {
  const size = pool.last - pool.first + 1;
  if (size <= 0) return undefined;
  const start = createHash("sha256").update(seed).digest().readUIntBE(0, 6) % size;
  for (let step = 0; step < size; step++) {
    const address = formatIpv4(pool.first + ((start + step) % size));
    if (!isTaken(address)) return address;
  }
  return undefined;
}
