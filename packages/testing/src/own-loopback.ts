import { randomInt } from "node:crypto";

/**
 * An address of this host's loopback that no other test has, whatever runs beside it. Ports of it
 * are the test's own: one that was closed stays closed, and a number that a program must be given
 * beforehand is still free when the program starts. On 127.0.0.1 another process may have been
 * given it by then. Only who listens at every address of the host can be in the way: a fixed
 * number below those that the kernel hands out (32768) is safe from that, too.
 *
 * @example
 * ```ts
 * const server = createServer().listen(0, ownLoopback());
 * ```
 */
export function ownLoopback(): string {
  return `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`;
}
