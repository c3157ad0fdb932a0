// Everything: the fast gate, then crash, fuzz and load tests, then the tests with real peers.
import { nodeTestStep } from "./lib/node-test.ts";
import { runSteps } from "./lib/run-step.ts";
import { testFiles } from "./lib/test-files.ts";

const { slow, peer } = testFiles();

process.exitCode = await runSteps([
  { name: "check", command: process.execPath, args: ["scripts/check.ts"] },
  {
    name: "packages",
    command: process.execPath,
    args: ["--conditions=source", "scripts/check-packages.ts"],
  },
  nodeTestStep("slow tests", slow, { concurrency: 2, timeoutMs: 600_000 }),
  // Machines are emulated: two files at once would make each other's deadlines pass.
  nodeTestStep("peer tests", peer, { concurrency: 1, timeoutMs: 900_000 }),
]);
