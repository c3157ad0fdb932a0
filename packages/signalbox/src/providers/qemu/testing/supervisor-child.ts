import { noMetrics, silentLog, systemClock, systemRandom } from "@signalbox/base";
import { desiredServer } from "../../conformance/desired.ts";
import { createQemuProvider } from "../qemu-provider.ts";
import { TEST_FLAVOR } from "./provider-place.ts";

// A process that runs a provider and starts one machine, for a test that kills it. Its arguments
// are the provider's directory and an image's id and digest; it prints the machine's id.

const [directory = "", imageId = "", digest = ""] = process.argv.slice(2);
const { signal } = new AbortController();
const provider = createQemuProvider({
  directory,
  clock: systemClock,
  random: systemRandom,
  log: silentLog,
  metrics: noMetrics,
  settings: { acceleration: "tcg", flavors: [TEST_FLAVOR] },
});
await provider.start({ signal });
const image = { id: imageId, digest, virtualBytes: 1 };
const server = desiredServer({ flavor: TEST_FLAVOR, images: [image, image] });
await provider.ensureServer(server, { signal });
process.stdout.write(`${JSON.stringify(server)}\n`);
setInterval(() => {}, 60_000);
