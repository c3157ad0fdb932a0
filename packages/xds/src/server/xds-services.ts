import type { RawHandler, RawService } from "@signalbox/grpc";
import { AGGREGATED_SERVICE, RESOURCE_TYPES } from "../resource/resource-types.ts";

/** Who handles the calls of one type; undefined for aggregated streams. */
export interface XdsHandlers {
  sotw(typeUrl: string | undefined): RawHandler;
  delta(typeUrl: string | undefined): RawHandler;
  fetch(typeUrl: string): RawHandler;
}

/** Every service and method of xds §1.1 that carries resources. */
export function xdsServices(handlers: XdsHandlers): readonly RawService[] {
  const aggregated: RawService = {
    name: AGGREGATED_SERVICE.service,
    methods: {
      [AGGREGATED_SERVICE.sotwMethod]: handlers.sotw(undefined),
      [AGGREGATED_SERVICE.deltaMethod]: handlers.delta(undefined),
    },
  };
  const single = RESOURCE_TYPES.map((type): RawService => {
    const { typeUrl, sotwMethod, deltaMethod, fetchMethod } = type;
    const methods: Record<string, RawHandler> = {};
    if (sotwMethod !== undefined) methods[sotwMethod] = handlers.sotw(typeUrl);
    if (deltaMethod !== undefined) methods[deltaMethod] = handlers.delta(typeUrl);
    if (fetchMethod !== undefined) methods[fetchMethod] = handlers.fetch(typeUrl);
    return { name: type.service, methods };
  });
  return [aggregated, ...single];
}
