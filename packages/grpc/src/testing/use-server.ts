import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { createGrpcServer, type GrpcServer } from "../server/grpc-server.ts";
import type { GrpcServerOptions } from "../server/server-options.ts";

/** A server for one test. */
export interface TestServer {
  readonly server: GrpcServer;
  readonly port: number;
  /** `127.0.0.1:4312` */
  readonly address: string;
}

/** Starts a server on any port. When the test is over it must close, and leave nothing behind. */
export async function useServer(t: TestContext, options: GrpcServerOptions): Promise<TestServer> {
  const server = createGrpcServer(options);
  t.after(async () => {
    await server.close();
    assert.deepEqual(
      { connections: server.connections, calls: server.calls, timers: server.timers },
      { connections: 0, calls: 0, timers: 0 },
    );
  });
  const { port } = await server.listen({ port: 0 });
  return { server, port, address: `127.0.0.1:${port}` };
}
