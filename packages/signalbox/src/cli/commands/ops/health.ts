import { Problem } from "@signalbox/base";
import type { Command } from "commander";
import type { CliIo } from "../../cli-io.ts";
import type { OpsClient } from "../../client/ops-client.ts";
import { addOpsCommand } from "../../ops-command.ts";
import { renderTable } from "../../output/render-table.ts";
import { renderValue } from "../../output/render.ts";
import { type HealthReport, type HealthRow, readHealthReport } from "./health-report.ts";
import { parseMetrics } from "./parse-metrics.ts";

const COLUMNS = [
  { heading: "CHECK", value: ({ name }: HealthRow) => name },
  { heading: "STATE", value: ({ state }: HealthRow) => state },
  { heading: "SINCE", value: ({ since }: HealthRow) => since },
  { heading: "REASON", value: ({ reason }: HealthRow) => reason },
];

/** The health of the daemon that answers. */
export async function fetchHealth(client: OpsClient): Promise<HealthReport> {
  // The probe first: metrics tell how checks last ended.
  const body = await client.read("/readyz", [503]);
  const { text } = await client.call("GET", "/metrics");
  return readHealthReport(body, parseMetrics(text));
}

/** `signalbox ops health`: ends with 1 when the daemon is not ready. */
export function addOpsHealth(group: Command, io: CliIo): void {
  addOpsCommand(group, io, {
    name: "health",
    summary: "show the daemon's health checks, since when each is as it is, and why",
    run: async ({ connect, options: { output }, print }) => {
      const report = await fetchHealth(connect());
      print(output === "table" ? renderTable(COLUMNS, report.checks) : renderValue(output, report));
      if (report.status === "unhealthy") {
        throw new Problem("unprocessable", "the daemon is not ready");
      }
    },
  });
}
