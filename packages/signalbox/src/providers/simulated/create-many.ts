// Makes machines at once in a directory and prints each one's id when the provider has answered for
// it, then waits to be killed. Run by the crash test: DIRECTORY FIRST COUNT.
import { silentLog, systemClock } from "@signalbox/base";
import { createFileJournal } from "./journal.ts";
import { manyServers } from "./many-servers.ts";
import { SimulatedProvider } from "./simulated-provider.ts";

const [directory = "", first = "0", count = "0"] = process.argv.slice(2);
const options = { signal: new AbortController().signal };
const journal = createFileJournal({ directory, onBadLine: () => {} });
const provider = new SimulatedProvider({ clock: systemClock, log: silentLog, journal });
await provider.start(options);
const servers = manyServers(Number(first) + Number(count)).slice(Number(first));
await Promise.all(
  servers.map(async (server) => {
    await provider.ensureServer(server, options);
    process.stdout.write(`${server.id}\n`);
  }),
);
process.stdin.resume();
