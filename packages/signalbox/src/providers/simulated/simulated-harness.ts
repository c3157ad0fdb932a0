import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog, VirtualClock } from "@signalbox/base";
import type { ProviderHarness } from "../conformance/harness.ts";
import type { ProviderCapabilities } from "../provider.ts";
import { SIMULATED_FLAVORS, SIMULATED_IMAGES } from "./catalogue.ts";
import { checksumMismatch, unreachableSource } from "./faults.ts";
import { createFileJournal } from "./journal.ts";
import { SimulatedProvider } from "./simulated-provider.ts";

const URI = "https://images.example/disk.qcow2";

/** A simulated provider on a virtual clock, with its journal in a directory of its own. */
export async function createSimulatedHarness(
  capabilities: ProviderCapabilities,
): Promise<ProviderHarness> {
  const directory = await mkdtemp(join(tmpdir(), "signalbox-simulated-"));
  const clock = new VirtualClock();
  const open = async (): Promise<SimulatedProvider> => {
    const journal = createFileJournal({ directory, onBadLine: () => assert.fail("a bad line") });
    const provider = new SimulatedProvider({ clock, log: silentLog, journal }, { capabilities });
    await provider.start({ signal: new AbortController().signal });
    return provider;
  };
  let provider = await open();
  const [flavor] = SIMULATED_FLAVORS;
  const [first, second] = SIMULATED_IMAGES;
  assert.ok(flavor && first && second);
  const format = capabilities.imageFormats[0] ?? "qcow2";
  const importable = { uri: URI, format };

  return {
    get provider() {
      return provider;
    },
    flavor,
    images: [first, second],
    importable,
    brokenImports: [
      {
        title: "the bytes are not those announced",
        request: { ...importable, sha256: "0".repeat(64) },
        code: "unprocessable",
        arrange: () => breakImport(provider, checksumMismatch(URI)),
      },
      {
        title: "the source does not answer",
        request: importable,
        code: "provider_unavailable",
        arrange: () => breakImport(provider, unreachableSource(URI)),
      },
    ],
    clock,
    deadlineMs: 60_000,
    pause: () => clock.advance(50),
    reopen: async () => {
      await provider.close();
      provider = await open();
    },
    // The host name of a machine is the mark that its boot leaves on its disk.
    mark: { write: (text) => ({ name: text }), read: () => ({}), readDone: "login:" },
    selfShutdown: { properties: {}, trigger: (ref) => provider.shutDown(ref) },
    kill: async (ref) => provider.exit(ref),
    dispose: async () => {
      await provider.close();
      assert.equal(clock.pending, 0, "a timer was left behind");
      assert.deepEqual(await readdir(directory), ["machines.jsonl"]);
      await rm(directory, { recursive: true });
    },
  };
}

function breakImport(
  provider: SimulatedProvider,
  effect: ReturnType<typeof checksumMismatch>,
): void {
  provider.faults.inject({ on: "importImage", effect, times: 1 });
}
