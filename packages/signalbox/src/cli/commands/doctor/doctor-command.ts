import { Problem } from "@signalbox/base";
import { type Command, Option } from "commander";
import { type Finding, worstVerdict } from "../../../doctor/finding.ts";
import type { CliIo } from "../../cli-io.ts";
import { addConfigFlags, flagValues } from "../../config-flags.ts";
import type { Diagnose } from "../../diagnose-port.ts";
import { OUTPUT_FORMATS, type OutputFormat, renderValue } from "../../output/render.ts";
import { renderFindings } from "./render-findings.ts";

/** `signalbox doctor`: needs no daemon. Ends with 1 when something fails. */
export function addDoctorCommand(program: Command, io: CliIo, diagnose: Diagnose): void {
  const command = program
    .command("doctor")
    .description(
      "check this host, the data directory and all that a daemon needs (docs/doctor.md)",
    );
  addConfigFlags(command);
  command.addOption(
    new Option("-o, --output <format>", "form of output").choices(OUTPUT_FORMATS).default("table"),
  );
  command.action(async () => {
    const { output } = command.opts<{ output: OutputFormat }>();
    const findings = await diagnose({ ...flagValues(command), environment: io.environment });
    const text =
      output === "table"
        ? renderFindings(findings)
        : renderValue(output, { verdict: worstVerdict(findings), findings });
    io.stdout.write(`${text}\n`);
    assertNoFailure(findings);
  });
}

function assertNoFailure(findings: readonly Finding[]): void {
  const failed = findings.filter(({ verdict }) => verdict === "failure");
  if (failed.length === 0) return;
  const checks = [...new Set(failed.map(({ check }) => check))].join(", ");
  throw new Problem("unprocessable", `not all is well: ${checks}`);
}
