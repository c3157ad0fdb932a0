// The fast gate: protobuf code, format, lint, types, layers, sizes, generated files, unit tests.
import { forgetBuildInfo } from "./lib/forget-build-info.ts";
import { runStaticSteps, unitTestStep } from "./lib/gate-steps.ts";
import { runSteps } from "./lib/run-step.ts";

if (process.env["CI"] !== undefined) forgetBuildInfo();

const gate = await runStaticSteps();
process.exitCode = gate !== 0 ? gate : await runSteps([unitTestStep()]);
