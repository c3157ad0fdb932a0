import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { type Clock, systemClock } from "@signalbox/base";
import {
  createGrpcServer,
  type GrpcServer,
  type RawCallListener,
  Router,
  type RouterOptions,
} from "@signalbox/grpc";

/** Longest message, of the servers and of the clients of a test. */
export const MAX_MESSAGE_BYTES: number = 32 * 1024 * 1024;

/** A server for one test; when it is over, nothing of it may be left. */
export async function useServer(
  t: TestContext,
  unknown: NonNullable<RouterOptions["unknown"]>,
  clock: Clock = systemClock,
): Promise<{ readonly server: GrpcServer; readonly address: string }> {
  const server = createGrpcServer({
    router: new Router({ unknown }),
    clock,
    limits: { maxMessageBytes: MAX_MESSAGE_BYTES },
  });
  t.after(async () => {
    await server.close();
    const { connections, calls, timers } = server;
    assert.deepEqual({ connections, calls, timers }, { connections: 0, calls: 0, timers: 0 });
  });
  const { port } = await server.listen({ port: 0 });
  return { server, address: `127.0.0.1:${port}` };
}

/** A listener of which only some parts matter. */
export function listener(parts: Partial<RawCallListener>): RawCallListener {
  return {
    onMessage: () => {},
    onHalfClose: () => {},
    onDrain: () => {},
    onClose: () => {},
    ...parts,
  };
}
