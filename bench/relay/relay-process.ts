// One relay, in a process of its own. Reports where it listens, and what it has used when asked.
import { createBareRelay } from "./bare-relay.ts";
import { createGrpcJsRelay } from "./grpc-js-relay.ts";
import { createOurRelay } from "./our-relay.ts";
import type { RelayServer } from "./relay-server.ts";
import type { RelayKind, RelayReport, ReportCommand } from "./sample.ts";

const makers: Readonly<Record<RelayKind, () => RelayServer>> = {
  ours: createOurRelay,
  "grpc-js": createGrpcJsRelay,
  bare: createBareRelay,
};
const port = await makers[process.argv[2] as RelayKind]().listen("127.0.0.1", 0);

process.on("message", ({ collect }: ReportCommand) => {
  if (collect) globalThis.gc?.();
  report();
});
process.on("disconnect", () => process.exit());
report();

function report(): void {
  const { user, system } = process.cpuUsage();
  const rssMb = process.memoryUsage.rss() / 1e6;
  process.send?.({ port, cpuUs: user + system, rssMb } satisfies RelayReport);
}
