import type { Log } from "@signalbox/base";
import type { XdsServer } from "@signalbox/xds";
import type { ClientStatusService } from "@signalbox/xds/client-status";
import type { RestHandler } from "@signalbox/xds/rest";

export interface LazyRestOptions {
  readonly xds: XdsServer;
  readonly clientStatus: () => Promise<ClientStatusService>;
  readonly log: Log;
}

/** REST xDS. JSON needs every message of Envoy, 20 MB of them: not before the first client polls. */
export function lazyRestHandler(options: LazyRestOptions): RestHandler {
  let handler: Promise<RestHandler> | undefined;
  return (request, response) => {
    handler ??= loadRestHandler(options);
    handler.then(
      (handle) => handle(request, response),
      (error: unknown) => {
        options.log.error({ err: error }, "REST xDS cannot be served");
        response.destroy();
      },
    );
  };
}

async function loadRestHandler(options: LazyRestOptions): Promise<RestHandler> {
  const [{ loadRegistry }, { createRestHandler }, clientStatus] = await Promise.all([
    import("@signalbox/envoy-api/json"),
    import("@signalbox/xds/rest"),
    options.clientStatus(),
  ]);
  return createRestHandler({ ...options, clientStatus, registry: await loadRegistry() });
}
