// One server of the xDS benches, in a process of its own, driven over IPC.
// Arguments: KIND RESOURCES ENDPOINTS, where KIND is linear, snapshot, grpc-js or raw.
import { createGrpcJsServer } from "./grpc-js-server.ts";
import type { Load, MeasuredServer } from "./measured-server.ts";
import { createOurServer } from "./our-server.ts";
import { createRawServer } from "./raw-server.ts";
import type { ServerCommand, ServerReport } from "./server-control.ts";

const [kind = "", resources = "", endpoints = ""] = process.argv.slice(2);
const load: Load = { resources: Number(resources), endpoints: Number(endpoints) };
const makers: Readonly<Record<string, () => MeasuredServer>> = {
  linear: () => createOurServer("linear", load),
  snapshot: () => createOurServer("snapshot", load),
  "grpc-js": () => createGrpcJsServer(load),
  raw: () => createRawServer(load),
};
const loading = process.cpuUsage();
const server = makers[kind]?.();
if (server === undefined) throw new Error(`no server is called ${kind}`);
const loadMs = milliseconds(process.cpuUsage(loading));

process.on("message", (command: ServerCommand) => {
  if (command.type === "change") server.change(command.index);
  if (command.type === "collect") globalThis.gc?.();
  report();
});
process.on("disconnect", () => process.exit());

const port = await server.listen("127.0.0.1", 0);
report();

function report(): void {
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  const told: ServerReport = {
    port,
    loadMs,
    cpuMs: milliseconds(process.cpuUsage()),
    atNs: String(process.hrtime.bigint()),
    clients: server?.clients?.() ?? 0,
    rssMb: rss / 1e6,
    memoryMb: (heapUsed + external + arrayBuffers) / 1e6,
  };
  process.send?.(told);
}

function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}
