// An xDS server to be measured from outside: one type, many resources, one change a signal.
// Usage: node --conditions=source bench/servers/xds.ts --addr HOST:PORT [--resources N]
//          [--endpoints N] [--cache snapshot|linear]
// Prints `ready` when it listens. SIGUSR1 changes one resource, another one each time.
import { parseArgs } from "node:util";
import { createOurServer } from "../xds/our-server.ts";

const { values } = parseArgs({
  options: {
    addr: { type: "string", default: "127.0.0.1:18000" },
    resources: { type: "string", default: "10000" },
    endpoints: { type: "string", default: "10" },
    cache: { type: "string", default: "snapshot" },
  },
});
if (values.cache !== "snapshot" && values.cache !== "linear") {
  throw new Error(`--cache is snapshot or linear, not ${values.cache}`);
}
const resources = Number(values.resources);
const server = createOurServer(values.cache, { resources, endpoints: Number(values.endpoints) });

let changes = 0;
process.on("SIGUSR1", () => server.change(changes++ % resources));
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void server.close());
}

const colon = values.addr.lastIndexOf(":");
const host = values.addr.slice(0, colon).replace(/^\[|\]$/g, "");
await server.listen(host, Number(values.addr.slice(colon + 1)));
console.log("ready");
