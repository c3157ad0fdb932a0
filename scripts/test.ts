// Everything: the fast gate, then in two lanes the tests that boot guests and all others.
import { nodeTestStep } from "./lib/node-test.ts";
import { runLanes, runSteps } from "./lib/run-step.ts";
import { testFiles } from "./lib/test-files.ts";

const { slow, peer, guest } = testFiles();

const gate = await runSteps([
  { name: "check", command: process.execPath, args: ["scripts/check.ts"] },
]);
process.exitCode =
  gate !== 0
    ? gate
    : await runLanes([
        // Guests are emulated: two files at once would make each other's deadlines pass.
        [nodeTestStep("guest tests", guest, { concurrency: 1, timeoutMs: 900_000 })],
        [
          {
            name: "packages",
            command: process.execPath,
            args: ["--conditions=source", "scripts/check-packages.ts"],
          },
          nodeTestStep("slow tests", slow, { concurrency: 2, timeoutMs: 600_000 }),
          nodeTestStep("peer tests", peer, { concurrency: 2, timeoutMs: 600_000 }),
        ],
      ]);
