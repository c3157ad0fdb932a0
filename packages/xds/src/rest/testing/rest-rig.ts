import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { createGrpcServer, Router } from "@signalbox/grpc";
import { loadRegistry } from "@signalbox/envoy-api/json";
import { XdsServer } from "../../server/xds-server.ts";
import type { XdsServerOptions } from "../../server/xds-server-options.ts";
import { createRestHandler } from "../rest-handler.ts";
import type { RestOptions } from "../rest-options.ts";

const registry = await loadRegistry();

/** A REST service on a socket, for one test. */
export class RestRig {
  readonly xds: XdsServer;
  readonly url: string;
  /** What gRPC clients connect to. */
  readonly address: string;

  private constructor(xds: XdsServer, port: number) {
    this.xds = xds;
    this.address = `127.0.0.1:${port}`;
    this.url = `http://${this.address}`;
  }

  /** Serves until the test ends. */
  static async start(
    t: TestContext,
    options: XdsServerOptions,
    rest: (xds: XdsServer) => Partial<RestOptions> = () => ({}),
  ): Promise<RestRig> {
    const xds = new XdsServer(options);
    const http1 = createRestHandler({ xds, registry, ...rest(xds) });
    const server = createGrpcServer({ router: new Router({ services: xds.services }), http1 });
    const { port } = await server.listen({ port: 0 });
    t.after(async () => {
      await xds.close();
      await server.close();
    });
    return new RestRig(xds, port);
  }

  post(path: string, body: object | string, signal?: AbortSignal): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: typeof body === "string" ? body : JSON.stringify(body),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** Polls, and takes nothing but an answer. */
  async poll(path: string, body: object): Promise<RestAnswer> {
    const response = await this.post(path, body);
    const text = await response.text();
    assert.equal(response.status, 200, text);
    assert.equal(response.headers.get("content-type"), "application/json");
    return JSON.parse(text) as RestAnswer;
  }
}

/** `DiscoveryResponse` as JSON. */
export interface RestAnswer {
  readonly version_info: string;
  readonly type_url: string;
  readonly control_plane?: { readonly identifier: string };
  readonly resources: readonly (Readonly<Record<string, unknown>> & { readonly name: string })[];
}
