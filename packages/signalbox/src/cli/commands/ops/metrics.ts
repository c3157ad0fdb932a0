import { Problem } from "@signalbox/base";
import { Argument, type Command, Option } from "commander";
import type { CliIo } from "../../cli-io.ts";
import { addOpsCommand } from "../../ops-command.ts";
import { renderList, renderValue } from "../../output/render.ts";
import { parseMetrics } from "./parse-metrics.ts";

interface MetricsFlags {
  readonly cardinality?: boolean;
}

/** A row of `/metrics/cardinality`. */
interface CardinalityRow {
  readonly metric: string;
  readonly series: number;
  readonly maxSeries: number;
  readonly refusedUpdates: number;
  readonly labels: readonly { readonly name: string; readonly values: number }[];
}

const CARDINALITY_COLUMNS = [
  { heading: "METRIC", value: ({ metric }: CardinalityRow) => metric },
  { heading: "SERIES", value: ({ series }: CardinalityRow) => String(series) },
  { heading: "AT MOST", value: ({ maxSeries }: CardinalityRow) => String(maxSeries) },
  { heading: "REFUSED", value: ({ refusedUpdates }: CardinalityRow) => String(refusedUpdates) },
  {
    heading: "LABELS",
    value: ({ labels }: CardinalityRow) =>
      labels.map(({ name, values }) => `${name}=${values}`).join(" "),
  },
];

/** `signalbox ops metrics [PREFIX...]` */
export function addOpsMetrics(group: Command, io: CliIo): void {
  addOpsCommand<MetricsFlags>(group, io, {
    name: "metrics",
    summary: "print metrics in Prometheus' text format, or as JSON or YAML samples",
    arguments: [new Argument("[prefix...]", "only metrics whose names begin so")],
    options: [new Option("--cardinality", "instead, which metrics have the most series, and why")],
    run: async ({ connect, args, options: { output, cardinality }, print }) => {
      const isWanted = (name: string): boolean =>
        args.length === 0 || args.some((prefix) => name.startsWith(prefix));
      const client = connect();
      if (cardinality === true) {
        const rows = (await client.read("/metrics/cardinality")) as readonly CardinalityRow[];
        const shown = rows.filter(({ metric }) => isWanted(metric));
        print(renderList(output, CARDINALITY_COLUMNS, shown));
        return;
      }
      const { text } = await client.call("GET", "/metrics");
      if (output === "table") print(requireLines(textOf(text, isWanted), args));
      else
        print(
          renderValue(
            output,
            parseMetrics(text).filter(({ name }) => isWanted(name)),
          ),
        );
    },
  });
}

/** An empty answer to a question about named metrics looks like success to whoever mistyped. */
function requireLines(text: string, prefixes: readonly string[]): string {
  if (text !== "" || prefixes.length === 0) return text;
  throw new Problem(
    "not_found",
    `no metric with a value begins with ${prefixes.join(" or ")}; ` +
      "`signalbox ops metrics` prints all, docs/metrics.md explains them",
  );
}

/** Lines of the wanted metrics, with their help and type. */
function textOf(text: string, isWanted: (name: string) => boolean): string {
  const lines = text.split("\n").filter((line) => {
    const name = /^(?:# (?:HELP|TYPE) )?([\w:]+)/.exec(line)?.[1];
    return name !== undefined && isWanted(name);
  });
  return lines.join("\n");
}
