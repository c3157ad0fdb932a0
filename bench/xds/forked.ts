import { Forked } from "../forked.ts";
import type { FleetCommand, FleetReport } from "./fleet-control.ts";
import type { ServerCommand, ServerReport } from "./server-control.ts";

export type ServerKind = "linear" | "snapshot" | "grpc-js" | "raw";

/** A server of resources of ENDPOINTS each; its first report says where it listens. */
export class ServerProcess extends Forked<ServerCommand, ServerReport> {
  constructor(kind: ServerKind, resources: number, endpoints: number) {
    const script = new URL("./server-process.ts", import.meta.url);
    super(script, [kind, String(resources), String(endpoints)]);
  }
}

export class Fleet extends Forked<FleetCommand, FleetReport> {
  constructor() {
    super(new URL("./fleet-process.ts", import.meta.url), []);
  }
}
