import { bytesText } from "../../../doctor/quantity.ts";
import { printable } from "../../output/cell.ts";
import { renderTable } from "../../output/render-table.ts";
import type { HealthRow } from "./health-report.ts";
import type { StatusNumbers, StatusReport } from "./status-report.ts";

const CHECK_COLUMNS = [
  { heading: "CHECK", value: ({ name }: HealthRow) => name },
  { heading: "STATE", value: ({ state }: HealthRow) => state },
  { heading: "SINCE", value: ({ since }: HealthRow) => toSeconds(since) },
];

const VERDICTS: Readonly<Record<StatusReport["verdict"], string>> = {
  well: "all is well",
  degraded: "it works, but not all is well",
  "not ready": "it is not ready",
  stopping: "it is stopping",
  "not reachable": "the daemon cannot be reached",
};

/** One screen: how it is, since when, and what to look at. */
export function renderStatus(report: StatusReport, nowMs: number): string {
  const sections = [
    headline(report, nowMs),
    report.checks.length === 0 ? undefined : renderTable(CHECK_COLUMNS, report.checks),
    numberLines(report.numbers).join("\n"),
    troubleLines(report).join("\n"),
  ];
  return sections.filter(Boolean).join("\n\n");
}

function headline(report: StatusReport, nowMs: number): string {
  const { verdict, url, version, startedTime, unreachable } = report;
  if (unreachable !== undefined) return `${VERDICTS[verdict]}: ${printable(unreachable)}`;
  const who = ["signalbox", version, url && `at ${url}`].filter(Boolean).join(" ");
  if (startedTime === undefined) return `${who}: ${VERDICTS[verdict]}`;
  const up = spanText(nowMs - Date.parse(startedTime));
  return `${who}: ${VERDICTS[verdict]}\nup for ${up}, since ${toSeconds(startedTime)}`;
}

function numberLines(numbers: StatusNumbers): readonly string[] {
  const { serversByState, storeRevision, storeBytes, waitingKeys, xdsStreams } = numbers;
  const { memoryBytes, eventLoopLagSeconds } = numbers;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["servers", serversByState && statesText(serversByState)],
    [
      "store",
      storeBytes === undefined ? undefined : `${bytesText(storeBytes)}, revision ${storeRevision}`,
    ],
    ["to reconcile", waitingKeys === undefined ? undefined : String(waitingKeys)],
    ["xDS streams", xdsStreams === undefined ? undefined : String(xdsStreams)],
    ["memory", memoryBytes === undefined ? undefined : bytesText(memoryBytes)],
    [
      "event loop",
      eventLoopLagSeconds === undefined
        ? undefined
        : `99 % of turns less than ${Math.ceil(eventLoopLagSeconds * 1000)} ms late`,
    ],
  ];
  return rows.flatMap(([name, text]) =>
    text === undefined ? [] : [`${name.padEnd(12)}  ${text}`],
  );
}

function statesText(states: Readonly<Record<string, number>>): string {
  return Object.entries(states)
    .map(([state, count]) => `${count} ${state}`)
    .join(", ");
}

function troubleLines({ troubles }: StatusReport): readonly string[] {
  if (troubles.length === 0) return [];
  return [
    "LOOK AT",
    ...troubles.flatMap(({ what, since, lookAt }) => [
      `! ${printable(what)}${since === undefined ? "" : ` (since ${toSeconds(since)})`}`,
      `  -> ${printable(lookAt)}`,
    ]),
  ];
}

const SPANS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
] as const;

/** `3 d 4 h`, `12 min`, `5 s`: two units at most. */
export function spanText(ms: number): string {
  let rest = Math.max(0, ms);
  const parts: string[] = [];
  for (const [unit, length] of SPANS) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0 || (unit === "s" && parts.length === 0)) parts.push(`${count} ${unit}`);
    else if (parts.length > 0) break;
  }
  return parts.slice(0, 2).join(" ");
}

function toSeconds(time: string | undefined): string | undefined {
  return time?.replace(/\.\d+Z$/, "Z");
}
