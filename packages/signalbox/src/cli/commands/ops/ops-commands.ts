import type { Command } from "commander";
import type { CliIo } from "../../cli-io.ts";
import type { Diagnose } from "../../diagnose-port.ts";
import { addOpsHashPassword } from "./hash-password.ts";
import { addOpsHealth } from "./health.ts";
import { addOpsLogLevel } from "./log-level.ts";
import { addOpsMembers } from "./members.ts";
import { addOpsMetrics } from "./metrics.ts";
import { addOpsProfile } from "./profile.ts";
import { addOpsStatus } from "./status.ts";

/** `signalbox ops …`: what the ops listener of a daemon tells and does. */
export function addOpsCommands(program: Command, io: CliIo, diagnose: Diagnose): void {
  const group = program.command("ops").description("how the daemon is");
  addOpsStatus(group, io, diagnose);
  addOpsHealth(group, io);
  addOpsMetrics(group, io);
  addOpsMembers(group, io);
  addOpsProfile(group, io);
  addOpsLogLevel(group, io);
  addOpsHashPassword(group, io);
}
