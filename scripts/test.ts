// Everything: what can be judged without running the program, then all tests in three lanes.
import { forgetBuildInfo } from "./lib/forget-build-info.ts";
import { runStaticSteps, unitTestStep } from "./lib/gate-steps.ts";
import { nodeTestStep } from "./lib/node-test.ts";
import { runLanes } from "./lib/run-step.ts";
import { writeTestBatches } from "./lib/test-batches.ts";
import { testFiles } from "./lib/test-files.ts";

const { slow, peer, guest } = testFiles();
const peerBatches = writeTestBatches(".cache/peer-tests", peer);

if (process.env["CI"] !== undefined) forgetBuildInfo();
const startedMs = performance.now();

const gate = await runStaticSteps();
process.exitCode =
  gate !== 0
    ? gate
    : await runLanes([
        // Guests are emulated: two files at once would make each other's deadlines pass.
        [nodeTestStep("guest tests", guest, { concurrency: 1, timeoutMs: 900_000 })],
        // They mostly wait for their peers.
        [nodeTestStep("peer tests", peerBatches, { concurrency: 1, timeoutMs: 600_000 })],
        [
          unitTestStep(),
          {
            name: "packages",
            command: process.execPath,
            args: ["--conditions=source", "scripts/check-packages.ts"],
          },
          nodeTestStep("slow tests", slow, { concurrency: 2, timeoutMs: 600_000 }),
        ],
      ]);
const seconds = Math.round((performance.now() - startedMs) / 1000);
process.stdout.write(`== all: ${process.exitCode === 0 ? "ok" : "failed"}, ${seconds} s\n`);
