import type { MachineMethods } from "../machine-methods.ts";
import { serviceInfo } from "./service-messages.ts";
import type { Supervisor } from "./supervisor.ts";

/** ServiceList, ServiceStart, ServiceStop and ServiceRestart (node-api §4.2). */
export function serviceMethods(supervisor: Supervisor): MachineMethods {
  return {
    serviceList: () => {
      const services = supervisor.services.map(({ spec, record }) => serviceInfo(spec.id, record));
      services.sort((a, b) => ((a.id ?? "") < (b.id ?? "") ? -1 : 1));
      return { messages: [{ services }] };
    },
    serviceStart: async ({ id }) => {
      await supervisor.start(id);
      return { messages: [{ resp: `Service "${id}" started` }] };
    },
    serviceStop: async ({ id }) => {
      await supervisor.stop(id);
      return { messages: [{ resp: `Service "${id}" stopped` }] };
    },
    serviceRestart: async ({ id }) => {
      await supervisor.stop(id);
      await supervisor.start(id);
      return { messages: [{ resp: `Service "${id}" restarted` }] };
    },
  };
}
