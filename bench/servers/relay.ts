// A relay to be measured from outside, on the public API and without TLS. In a call's metadata,
// `node: HOST:PORT` sends it to one machine, `nodes: HOST:PORT`, repeated, to many: their replies
// are put in envelopes (docs/grpc-proxy.md).
// Usage: node --conditions=source bench/servers/relay.ts --addr HOST:PORT
// Prints `ready` when it listens.
import { parseArgs } from "node:util";
import { createOurRelay } from "../relay/our-relay.ts";

const { values } = parseArgs({
  options: { addr: { type: "string", default: "127.0.0.1:50000" } },
});
const relay = createOurRelay();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void relay.close());
}

const colon = values.addr.lastIndexOf(":");
const host = values.addr.slice(0, colon).replace(/^\[|\]$/g, "");
await relay.listen(host, Number(values.addr.slice(colon + 1)));
console.log("ready");
