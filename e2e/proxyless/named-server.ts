import type { TestContext } from "node:test";
import { type sendUnaryData, Server, ServerCredentials, type ServerUnaryCall } from "@grpc/grpc-js";

/** A method that answers the name of the server, as plain bytes. */
export const WHO = "/test.Named/Who";

/** A foreign gRPC server that answers its own name. */
export class NamedServer {
  readonly name: string;
  readonly port: number;

  private constructor(name: string, port: number) {
    this.name = name;
    this.port = port;
  }

  /** Listens until the test ends. @param address where; any port of loopback by default */
  static async start(t: TestContext, name: string, address = "127.0.0.1:0"): Promise<NamedServer> {
    const server = new Server();
    const asIs = (bytes: Buffer): Buffer => bytes;
    const method = {
      path: WHO,
      requestStream: false,
      responseStream: false,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    };
    server.addService(
      { who: method },
      {
        who: (_call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
          callback(null, Buffer.from(name));
        },
      },
    );
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
    const port = await promise;
    t.after(() => server.forceShutdown());
    return new NamedServer(name, port);
  }
}
